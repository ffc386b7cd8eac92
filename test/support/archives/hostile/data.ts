import { concat, crc32, deflate, noise, toBytes } from '../bytes.ts'
import { forRule, zip, type Row } from './fixture.ts'
import { lying, lyingLater, zerosDeflated } from './lying.ts'

const mebibyte = 1024 * 1024
const text = 'some text, some text, some text\n'

const ratios: Row[] = [
  {
    code: ['RATIO_IMPLAUSIBLE', 'SIZE_MISMATCH'],
    name: 'stored-size-one-more',
    why: 'a stored entry has one size',
    build: () => lying({ content: text, method: 0 }, { size: text.length + 1 }),
  },
  {
    code: ['RATIO_IMPLAUSIBLE', 'SIZE_MISMATCH'],
    name: 'stored-size-one-less',
    why: 'a stored entry has one size',
    build: () => lying({ content: text, method: 0 }, { size: text.length - 1 }),
  },
  {
    code: ['RATIO_IMPLAUSIBLE', 'SIZE_MISMATCH'],
    name: 'stored-size-zero',
    why: 'a stored entry has one size',
    build: () => lying({ content: text, method: 0 }, { size: 0 }),
  },
  {
    code: 'RATIO_IMPLAUSIBLE',
    name: '1033-to-1',
    build: () => lying({ data: noise(100), method: 8 }, { size: 103_300 }),
  },
  {
    code: 'RATIO_IMPLAUSIBLE',
    name: '31-MiB-out-of-12-bytes',
    build: () => lying({ data: noise(12), method: 8 }, { size: 31 * mebibyte }),
  },
  { code: 'RATIO_IMPLAUSIBLE', name: 'one-byte-out-of-none', build: () => lying({ data: '', method: 8 }, { size: 1 }) },
  {
    code: 'RATIO_IMPLAUSIBLE',
    name: 'empty-blocks',
    why: 'seconds of work to produce nothing',
    build: () => lying({ data: emptyBlocks(200_000), method: 8 }, { size: 0 }),
  },
  {
    code: 'RATIO_IMPLAUSIBLE',
    name: 'a-gibibyte-that-is-1000-bytes',
    build: () => lying({ data: zerosDeflated(1000), method: 8 }, { size: 1000 }),
  },
]

const damaged: Row[] = [
  {
    code: 'DEFLATE_INVALID',
    name: 'reserved-block-type',
    build: () => lying({ data: Uint8Array.of(0x07, 0, 0, 0, 0, 0), method: 8 }, { size: 10 }),
  },
  {
    code: 'DEFLATE_INVALID',
    name: 'noise',
    build: () => lying({ data: concat(Uint8Array.of(0xff), noise(100)), method: 8 }, { size: 200 }),
  },
  {
    code: 'DEFLATE_INVALID',
    name: 'stored-block-length-wrong',
    build: () => lying({ data: Uint8Array.of(1, 4, 0, 4, 0, 1, 2, 3, 4), method: 8 }, { size: 4 }),
  },
  {
    code: 'DEFLATE_INVALID',
    name: 'distance-before-the-start',
    build: () => lying({ data: Uint8Array.of(3, 2, 0), method: 8 }, { size: 20 }),
  },
  {
    code: ['DEFLATE_INVALID', 'SIZE_MISMATCH'],
    name: 'cut-short',
    why: 'the stream ends before its last block does, and before its size is reached',
    build: () => lying({ content: text.repeat(20), data: deflate(text.repeat(20)).subarray(0, -4) }, {}),
  },
  {
    code: 'DEFLATE_INVALID',
    name: 'no-last-block',
    why: 'every byte of the content is there, and the stream goes on',
    build: () =>
      lying({ content: 'abcd', data: Uint8Array.of(0, 4, 0, 0xfb, 0xff, 0x61, 0x62, 0x63, 0x64), method: 8 }, {}),
  },
  {
    code: 'DEFLATE_INVALID',
    name: 'empty-data-for-an-empty-file',
    why: 'deflate needs two bytes to say nothing',
    build: () => lying({ data: '', method: 8 }, {}),
  },
  {
    code: 'DEFLATE_INVALID',
    name: 'zlib-header',
    build: () => lying({ content: text, data: concat(Uint8Array.of(0x78, 0x9c), deflate(text)) }, {}),
  },
  {
    code: 'DEFLATE_INVALID',
    name: 'gzip-stream',
    build: () =>
      lying({ content: text, data: concat(Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3), deflate(text)) }, {}),
  },
  {
    code: 'DEFLATE_INVALID',
    name: 'content-not-deflated',
    build: () => lying({ content: text, data: text, method: 8 }, {}),
  },
]

const lengths: Row[] = [
  { code: 'SIZE_MISMATCH', name: 'one-more', build: () => lying({ content: text }, { size: text.length + 1 }) },
  { code: 'SIZE_MISMATCH', name: 'one-less', build: () => lying({ content: text }, { size: text.length - 1 }) },
  { code: 'SIZE_MISMATCH', name: 'zero', build: () => lying({ content: text }, { size: 0 }) },
  {
    code: 'SIZE_MISMATCH',
    name: 'one-less-with-crc-of-what-is-left',
    build: () => lying({ content: text }, { size: text.length - 1, crc: crc32(toBytes(text.slice(0, -1))) }),
  },
  {
    code: 'SIZE_MISMATCH',
    name: 'one-less-with-descriptor',
    build: () => lyingLater({ content: text }, { size: text.length - 1 }),
  },
  {
    code: 'SIZE_MISMATCH',
    name: 'a-gibibyte-that-is-a-mebibyte',
    build: () => lying({ data: zerosDeflated(1024), method: 8 }, { size: mebibyte }),
  },
  {
    code: 'SIZE_MISMATCH',
    name: 'a-gibibyte-that-is-600-KB',
    build: () => lying({ data: zerosDeflated(1024), method: 8 }, { size: 600_000 }),
  },
  {
    code: 'SIZE_MISMATCH',
    name: 'a-gibibyte-that-is-31-MiB',
    limits: { maxRatio: 1032 },
    build: () => lying({ data: zerosDeflated(1024), method: 8 }, { size: 31 * mebibyte }),
  },
  {
    code: 'SIZE_MISMATCH',
    name: '30-MiB-that-are-one',
    limits: { maxRatio: 1032 },
    build: () => lying({ data: zerosDeflated(1), method: 8 }, { size: mebibyte + 1 }),
  },
  {
    code: 'COMPRESSED_SIZE_MISMATCH',
    name: 'one-byte-after-the-last-block',
    build: () => lying({ content: text, data: concat(deflate(text), Uint8Array.of(0)) }, {}),
  },
  {
    code: 'COMPRESSED_SIZE_MISMATCH',
    name: 'second-stream',
    build: () => lying({ content: text, data: concat(deflate(text), deflate('hidden\n')) }, {}),
  },
  {
    code: 'COMPRESSED_SIZE_MISMATCH',
    name: 'entry-after-the-last-block',
    build: () => lying({ content: text, data: concat(deflate(text), zip().subarray(0, 70)) }, {}),
  },
  {
    code: 'COMPRESSED_SIZE_MISMATCH',
    name: 'empty-file-with-hidden-data',
    build: () => lying({ data: concat(Uint8Array.of(3, 0), 'hidden'), method: 8 }, {}),
  },
  {
    code: 'COMPRESSED_SIZE_MISMATCH',
    name: 'with-descriptor',
    build: () => lyingLater({ content: text, data: concat(deflate(text), 'x') }, {}),
  },
  {
    code: 'COMPRESSED_SIZE_MISMATCH',
    name: 'large-entry',
    build: () => lying({ content: noise(300_000), data: concat(deflate(noise(300_000)), 'x') }, {}),
  },
]

const sums: Row[] = [
  { code: 'CRC_MISMATCH', name: 'stored', build: () => lying({ content: text, method: 0 }, { crc: 0x12345678 }) },
  { code: 'CRC_MISMATCH', name: 'deflated', build: () => lying({ content: text }, { crc: 0x12345678 }) },
  {
    code: 'CRC_MISMATCH',
    name: 'zero',
    why: 'some take it for "not known"',
    build: () => lying({ content: text }, { crc: 0 }),
  },
  { code: 'CRC_MISMATCH', name: 'zero-stored', build: () => lying({ content: text, method: 0 }, { crc: 0 }) },
  { code: 'CRC_MISMATCH', name: 'all-bits', build: () => lying({ content: text }, { crc: 0xffff_ffff }) },
  { code: 'CRC_MISMATCH', name: 'empty-file', build: () => lying({}, { crc: 1 }) },
  {
    code: 'CRC_MISMATCH',
    name: 'empty-file-deflated',
    build: () => lying({ data: Uint8Array.of(3, 0), method: 8 }, { crc: 1 }),
  },
  { code: 'CRC_MISMATCH', name: 'with-descriptor', build: () => lyingLater({ content: text }, { crc: 0x12345678 }) },
  {
    code: 'CRC_MISMATCH',
    name: 'of-other-content',
    build: () => lying({ content: text, data: deflate(text.toUpperCase()) }, {}),
  },
  {
    code: 'CRC_MISMATCH',
    name: 'large-stored',
    build: () => lying({ content: noise(300_000), method: 0 }, { crc: 1 }),
  },
  { code: 'CRC_MISMATCH', name: 'large-deflated', build: () => lying({ content: noise(300_000) }, { crc: 1 }) },
  {
    code: 'CRC_MISMATCH',
    name: 'of-many-large-files',
    why: 'decompressed at the same time, and none of them right',
    build: () => {
      const content = noise(300_000)
      return zip(
        ...[1, 2, 3, 4, 5, 6].map((number) => ({ name: `${number}`, content, local: { crc: 1 }, central: { crc: 1 } })),
      )
    },
  },
  {
    code: ['CRC_MISMATCH', 'DIRECTORY_WITH_CONTENT'],
    name: 'folder',
    why: 'a sum of no content that is not zero',
    build: () => zip({ name: 'folder/', local: { crc: 1 }, central: { crc: 1 } }),
  },
  {
    code: 'CRC_MISMATCH',
    name: 'of-junk',
    why: 'what is ignored must be whole all the same',
    build: () => zip({ name: '__MACOSX/._AGENTS.md', content: text, local: { crc: 1 }, central: { crc: 1 } }),
  },
]

/** 18: the data. */
export const data = [
  ...forRule(
    18,
    [...ratios, ...lengths].map((row) => ({ ...row, ambiguity: 'size' })),
  ),
  ...forRule(18, [...damaged, ...sums]),
]

/** Empty stored blocks, none of them the last, and an end. */
function emptyBlocks(count: number): Uint8Array {
  const bytes = new Uint8Array(count * 5 + 2)
  for (let index = 0; index < count; index++) bytes.set([0, 0, 0, 0xff, 0xff], index * 5)
  bytes.set([3, 0], count * 5)
  return bytes
}
