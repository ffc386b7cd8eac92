import { concat, crc32, deflate, littleEndian, noise, toBytes, zip64Extra } from '../bytes.ts'
import { zip } from '../hostile/fixture.ts'
import { zerosDeflated } from '../hostile/lying.ts'
import { signatureBytes } from '../zip-builder.ts'
import { a, b, entries, text, whole, type BenignArchive } from './fixture.ts'

const ends: BenignArchive[] = [
  whole('comment', { comment: 'a comment' }),
  whole('comment-1024-bytes', { comment: 'x'.repeat(1024) }),
  whole('comment-of-other-signatures', {
    comment: concat(signatureBytes('localHeader'), signatureBytes('centralRecord')),
  }),
  whole('directory-in-another-order', { directoryOrder: [2, 0, 1] }, b),
  whole('directory-reversed', { directoryOrder: [3, 2, 1, 0] }, b, { name: 'folder/' }),
  whole('zip64', { zip64: true }),
  whole('zip64-with-comment', { zip64: true, comment: 'a comment' }),
  whole('zip64-repeating-the-classic-fields', { zip64: { saturate: false } }),
  whole('zip64-counts-alone', { zip64: { saturate: false }, end: { count: 0xffff, countOnDisk: 0xffff } }),
  whole('zip64-offset-alone', { zip64: { saturate: false }, end: { directoryOffset: 0xffff_ffff } }),
  whole('zip64-made-by-another-version', { zip64: { record: { version: 45, madeBy: 62, host: 0 } } }),
  whole(
    'zip64-entries',
    { zip64: true },
    { ...b, zip64: 'both' },
    { name: 'c.md', content: text, zip64: 'both', descriptor: true },
  ),
  whole(
    'zip64-surplus-repeats',
    { zip64: true },
    {
      ...b,
      central: (fields) => ({ extra: zip64Extra(fields.size, fields.compressedSize, fields.offset) }),
    },
  ),
  whole(
    'zip64-offset-of-an-entry-alone',
    { zip64: true },
    {
      ...b,
      central: (fields) => ({ offset: 0xffff_ffff, extra: zip64Extra(fields.offset) }),
    },
  ),
]

const descriptors: BenignArchive[] = [
  entries('zip64-in-the-local-header', { ...a, zip64: 'local' }),
  entries('zip64-in-the-local-header-with-descriptor', { ...a, zip64: 'local', descriptor: true }),
  entries('descriptor', { ...a, descriptor: true }, b),
  entries('descriptor-last', a, { ...b, descriptor: true }),
  entries('descriptor-unsigned', { ...a, descriptor: { signed: false } }, b),
  entries('descriptor-64-bit', { ...a, zip64: 'local', descriptor: true }, b),
  entries('descriptor-64-bit-unsigned', { ...a, zip64: 'local', descriptor: { signed: false } }, b),
  entries('descriptor-after-stored', { ...a, method: 0, descriptor: true }, b),
  entries('descriptor-after-an-empty-file', { name: 'empty', descriptor: true }, b),
  entries('descriptor-after-an-empty-deflated-file', { name: 'empty', method: 8, descriptor: true }, b),
  entries('descriptor-and-sizes', { ...a, descriptor: true, local: sizesOf(text) }, b),
  entries('descriptor-and-crc', { ...a, descriptor: true, local: { crc: crc32(toBytes(text)) } }, b),
  entries('signatures-in-deflated-data-with-descriptor', {
    name: 'inner.zip',
    method: 8,
    content: zip(a),
    descriptor: true,
  }),
  entries('nested-stored', { name: 'inner.zip', method: 0, content: zip(a, b) }, b),
  entries('nested-stored-last', { name: 'inner.zip', method: 0, content: zip(a, b) }),
  entries('nested-stored-twice', {
    name: 'outer.zip',
    method: 0,
    content: zip({ name: 'inner.zip', method: 0, content: zip(a) }),
  }),
  entries('nested-deflated', { name: 'inner.zip', method: 8, content: zip(a, b) }),
  entries(
    'crc-zero',
    { name: 'zero.bin', method: 0, content: crcZero() },
    { name: 'zero-later.bin', method: 0, content: crcZero(), descriptor: true },
  ),
]

const flags: BenignArchive[] = [
  ...[2, 4, 6].map((level) => entries(`deflate-level-${level / 2}`, { ...a, flags: level })),
  entries('deflate-level-only-in-the-directory', { ...a, central: { flags: 6 } }),
  entries('utf8-flag-on-ascii', { ...a, flags: 0x0800 }),
  entries('all-known-flags', { ...a, flags: 0x080e, descriptor: true }),
  entries('no-date', { ...a, local: { date: 0, time: 0 }, central: { date: 0, time: 0 } }),
  entries('dates-that-differ', { ...a, local: { date: 0xffff, time: 0xffff } }),
  entries('other-versions', { ...a, local: { version: 10 }, central: { version: 45, madeBy: 10 } }),
  entries('other-versions-reversed', { ...a, local: { version: 45 }, central: { version: 10, madeBy: 255 } }),
  entries('no-version', { ...a, local: { version: 0 }, central: { version: 0 } }),
  ...[2, 4, 6].map((level) => entries(`deflate-level-${level / 2}-of-stored`, { ...a, method: 0, flags: level })),
  entries('text-file-attribute', { ...a, central: { internalAttributes: 1 } }),
  ...['0.bin', '1.bin', '9.bin'].map((name, index) =>
    entries(`compressed-${name[0]}`, {
      name,
      content: text.repeat(50),
      data: deflate(text.repeat(50), [0, 1, 9][index]),
    }),
  ),
  entries('stored-blocks', { name: 'noise.bin', content: noise(70_000), method: 8 }),
  entries('flushed-blocks', {
    name: 'zeros.bin',
    content: new Uint8Array(2 * 1024 * 1024),
    method: 8,
    data: zerosDeflated(2),
  }),
  entries('empty-files', { name: 'stored', method: 0 }, { name: 'deflated', method: 8 }),
]

/** End records, ZIP64, descriptors, flags and data. */
export const structures = [...ends, ...descriptors, ...flags]

function sizesOf(content: string): { crc: number; compressedSize: number; size: number } {
  return { crc: crc32(toBytes(content)), compressedSize: deflate(content).length, size: toBytes(content).length }
}

/** Four bytes whose CRC is 0: a valid value that some readers interpret as "unknown". */
function crcZero(): Uint8Array {
  return littleEndian(0x6dd90a9d, 4)
}
