import {
  concat,
  crc32,
  deflate,
  extraRecord,
  littleEndian,
  noise,
  toBytes,
  unicodePathExtra,
  zip64Extra,
} from './bytes.ts'
import { agents, zip } from './hostile/fixture.ts'
import { zerosDeflated } from './hostile/lying.ts'
import type { BundleLimits } from '@sallyport/fleet'
import { buildZip, signatureBytes, type ArchivePlan } from './zip-builder.ts'
import type { EntryPlan } from './zip-entry.ts'

/** An unusual archive that must be read. */
export interface BenignArchive {
  readonly name: string
  readonly limits?: Partial<BundleLimits>
  readonly plan: () => ArchivePlan
}

const text = 'some text, some text, some text\n'
const a: EntryPlan = { name: 'a.md', content: text }
const b: EntryPlan = { name: 'b.md', content: 'second\n' }

function entries(name: string, ...plans: readonly EntryPlan[]): BenignArchive {
  return { name, plan: () => ({ entries: [agents, ...plans] }) }
}

function whole(name: string, plan: Omit<ArchivePlan, 'entries'>, ...plans: readonly EntryPlan[]): BenignArchive {
  return { name, plan: () => ({ ...plan, entries: [agents, a, ...plans] }) }
}

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
  whole('zip64-made-by-another-version', { zip64: { record: { version: 62, madeBy: 62, host: 0 } } }),
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
  entries('descriptor-64-bit', { ...a, descriptor: { width: 8 } }, b),
  entries('descriptor-64-bit-unsigned', { ...a, descriptor: { width: 8, signed: false } }, b),
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
  entries('other-versions', { ...a, local: { version: 10 }, central: { version: 63, madeBy: 10 } }),
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

const kinds: BenignArchive[] = [
  entries('folders', { name: 'skills/' }, { name: 'skills/a/' }, { name: 'skills/a/SKILL.md', content: text }),
  entries('folders-after-files', { name: 'skills/a/x.md', content: text }, { name: 'skills/' }, { name: 'skills/a/' }),
  entries('folder-without-mode', { name: 'folder/', mode: 0 }),
  entries('folder-without-attributes', { name: 'folder/', mode: 0, attributes: 0 }),
  entries('folder-by-mode-alone', { name: 'folder/', attributes: 0 }),
  entries('folder-by-old-maven', { name: 'folder/', mode: 0xffff }),
  entries('folder-deflated', { name: 'folder/', method: 8 }, b),
  entries(
    'folder-deflated-with-descriptor',
    { name: 'folder/', method: 8, descriptor: true, mode: 0, attributes: 0, host: 0 },
    b,
  ),
  entries('folder-stored-with-descriptor', { name: 'folder/', descriptor: true }, b),
  ...[0, 1, 2, 3, 7, 10, 11, 14, 19, 255].map((host) => entries(`host-${host}`, { ...a, host })),
  ...['000000', '000644', '100000', '100644', '100755', '104755', '102755', '101777', '100777'].map((mode) => {
    return entries(`mode-${mode}`, { ...a, mode: Number.parseInt(mode, 8) })
  }),
  ...[0x01, 0x02, 0x04, 0x20, 0x27, 0x80, 0x8000].map((attributes) => {
    return entries(`attributes-${attributes.toString(16)}`, {
      ...a,
      attributes,
      mode: attributes === 0x8000 ? 0o100644 : 0,
      host: 0,
    })
  }),
]

const time = extraRecord(0x5455, Uint8Array.of(1, 0, 0, 0, 0))
const owner = extraRecord(0x7875, Uint8Array.of(1, 4, 0xe8, 3, 0, 0, 4, 0xe8, 3, 0, 0))

const extras: BenignArchive[] = [
  entries('extra-times-and-owners', { ...a, extra: concat(time, owner) }),
  entries('extra-only-in-the-directory', { ...a, central: { extra: time } }),
  entries('extra-only-in-the-local-header', { ...a, local: { extra: concat(time, owner) } }),
  entries('extra-ntfs-times', { ...a, extra: extraRecord(0x000a, new Uint8Array(32)) }),
  entries('extra-java', { ...a, extra: extraRecord(0xcafe) }),
  entries('extra-unknown-twice', { ...a, extra: concat(extraRecord(0x9999, 'x'), extraRecord(0x9999, 'y')) }),
  entries('extra-4096-bytes', { ...a, extra: extraRecord(0x9999, new Uint8Array(4092)) }),
  entries('extra-unicode-path', { ...a, name: 'é.md', extra: unicodePathExtra('é.md', 'é.md') }),
  entries('extra-unicode-path-of-ascii', { ...a, extra: unicodePathExtra('a.md', 'a.md') }),
  entries('extra-unicode-path-only-in-the-directory', { ...a, central: { extra: unicodePathExtra('a.md', 'a.md') } }),
  entries('extra-links-of-no-kind', { ...a, extra: extraRecord(0x5855, new Uint8Array(8)) }),
]

const goodNames: readonly string[] = [
  'ünïcödé.md',
  'e\u0301.md',
  '技能/説明.md',
  'مهارة.md',
  'מיומנות.md',
  'навык.md',
  '스킬.md',
  'ทักษะ.md',
  '\u{1f600}.md',
  '.gitignore',
  '.github/workflows/ci.yml',
  '.gitkeep',
  'git/config',
  'a.git/config',
  '..a',
  '...a',
  'a..b',
  '.hidden',
  ' leading space',
  'inner space.md',
  'CONSOLE.md',
  'com10.txt',
  'com.md',
  'nullable.ts',
  'auxiliary/x',
  'printer',
  'a.con',
  'lpt.txt',
  "it's #1 100% ~$!@^&()[]{}+=,;`.md",
  'node_modules/@scope/package/index.js',
  'a'.repeat(255),
  [250, 250, 250, 250, 20].map((length) => 'n'.repeat(length)).join('/'),
  'd/'.repeat(31) + 'e',
]

const names: BenignArchive[] = [
  ...goodNames.map((name, index) => entries(`name-${index + 1}`, { name, content: text })),
  entries('all-names', ...goodNames.map((name, index) => ({ name, content: `${index}\n` }))),
  entries('same-content-other-name', a, { ...a, name: 'b.md' }),
  entries(
    'similar-names',
    { name: 'a' },
    { name: 'a.md' },
    { name: 'a-b/c' },
    { name: 'ab/c' },
    { name: 'a b' },
    { name: 'aa' },
  ),
  entries('similar-to-the-eye', { name: 'a.md' }, { name: '\u0430.md' }),
  { ...entries('unflagged-utf8', { name: 'é.md', content: text, flags: 0 }), limits: { allowUnflaggedUtf8: true } },
  {
    ...entries('unflagged-utf8-folder', { name: '技能/', flags: 0 }, { name: '技能/a.md', content: text, flags: 0 }),
    limits: { allowUnflaggedUtf8: true },
  },
]

const limits: BenignArchive[] = [
  { name: 'archive-at-its-limit', limits: { maxArchiveBytes: zip(a).length }, plan: () => ({ entries: [agents, a] }) },
  {
    name: '10000-entries',
    plan: () => ({ entries: [agents, ...Array.from({ length: 9999 }, (_, index) => ({ name: `${index}` }))] }),
  },
  { name: 'entries-at-their-limit', limits: { maxEntries: 2 }, plan: () => ({ entries: [agents, a] }) },
  {
    name: 'file-at-its-limit',
    limits: { maxFileBytes: 1000 },
    plan: () => ({ entries: [agents, { name: 'a', content: noise(1000) }] }),
  },
  {
    name: 'total-at-its-limit',
    limits: { maxTotalBytes: 1000 + toBytes(agents.content!).length },
    plan: () => ({ entries: [agents, { name: 'a', content: noise(1000) }] }),
  },
  {
    name: '15-MiB-of-zeros',
    plan: () => ({ entries: [agents, { name: 'a', content: new Uint8Array(15 * 1024 * 1024) }] }),
  },
  {
    name: 'ratio-below-its-limit',
    limits: { maxRatio: 1032, ratioFreeBytes: 0 },
    plan: () => ({ entries: [agents, { name: 'a', content: new Uint8Array(1_000_000) }] }),
  },
  {
    name: 'as-many-empty-blocks-as-may-be',
    plan: () => ({ entries: [agents, { name: 'a', method: 8, data: emptyBlocks(204) }] }),
  },
]

/** Unusual archives that must be read, each at the edge of a rule. */
export const benignArchives: readonly BenignArchive[] = [
  ...ends,
  ...descriptors,
  ...flags,
  ...kinds,
  ...extras,
  ...names,
  ...limits,
]

export function buildBenign({ plan }: BenignArchive): Uint8Array {
  return buildZip(plan())
}

/** What must come out: every file of the plan. */
export function benignFiles({ plan }: BenignArchive): Map<string, Uint8Array> {
  const files = plan().entries.filter(({ name }) => toBytes(name).at(-1) !== 0x2f)
  return new Map(files.map(({ name, content = '' }) => [Buffer.from(toBytes(name)).toString(), toBytes(content)]))
}

function sizesOf(content: string): { crc: number; compressedSize: number; size: number } {
  return { crc: crc32(toBytes(content)), compressedSize: deflate(content).length, size: toBytes(content).length }
}

/** Four bytes whose CRC is 0: an honest value that some take for "not known". */
function crcZero(): Uint8Array {
  return littleEndian(0x6dd90a9d, 4)
}

function emptyBlocks(count: number): Uint8Array {
  return concat(...Array.from({ length: count }, () => Uint8Array.of(0, 0, 0, 0xff, 0xff)), Uint8Array.of(3, 0))
}
