import { concat, noise, toBytes } from '../bytes.ts'
import { agents, zip } from '../hostile/fixture.ts'
import { a, entries, text, type BenignArchive } from './fixture.ts'

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

/** Names. */
export const names: BenignArchive[] = [
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

/** Archives at a limit but not over it. */
export const limits: BenignArchive[] = [
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

function emptyBlocks(count: number): Uint8Array {
  return concat(...Array.from({ length: count }, () => Uint8Array.of(0, 0, 0, 0xff, 0xff)), Uint8Array.of(3, 0))
}
