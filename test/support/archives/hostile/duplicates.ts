import { buildZip } from '../zip-builder.ts'
import type { EntryPlan } from '../zip-entry.ts'
import { agents, forRule, zip, type Row } from './fixture.ts'

/** Two files, by default with the same content. */
function pair(first: string, second: string, content = 'text\n'): () => Uint8Array {
  return () => zip({ name: first, content: 'text\n' }, { name: second, content })
}

const exact: Row[] = [
  { code: 'DUPLICATE_NAME', name: 'same-name', build: pair('a.md', 'a.md', 'other\n') },
  { code: 'DUPLICATE_NAME', name: 'same-name-same-content', build: pair('a.md', 'a.md') },
  { code: 'DUPLICATE_NAME', name: 'agents', build: () => zip({ ...agents, content: 'other instructions\n' }) },
  {
    code: 'DUPLICATE_NAME',
    name: 'agents-three-times',
    build: () => zip(agents, { ...agents, content: 'other instructions\n' }),
  },
  { code: 'DUPLICATE_NAME', name: 'in-a-folder', build: pair('skills/a/SKILL.md', 'skills/a/SKILL.md', 'other\n') },
  { code: 'DUPLICATE_NAME', name: 'folder', build: () => zip({ name: 'skills/' }, { name: 'skills/' }) },
  {
    code: 'DUPLICATE_NAME',
    name: 'far-apart',
    build: () =>
      zip({ name: 'a.md' }, ...Array.from({ length: 300 }, (_, index) => ({ name: `f${index}` })), { name: 'a.md' }),
  },
  {
    code: ['DUPLICATE_NAME', 'ENTRIES_OVERLAP'],
    name: 'one-entry-listed-twice',
    why: 'the same name, and the same bytes',
    build: () => {
      const twice: EntryPlan = { ...agents, present: false, central: (_fields, offsets) => ({ offset: offsets[0]! }) }
      return zip(twice)
    },
  },
  {
    code: 'DUPLICATE_NAME',
    name: 'hidden-by-the-order-of-the-directory',
    why: 'the last one listed is the first one stored',
    build: () => {
      const entries = [agents, { name: 'a.md', content: 'text\n' }, { name: 'a.md', content: 'other\n' }]
      return buildZip({ entries, directoryOrder: [2, 0, 1] })
    },
  },
]

/** Names that are equal on file systems that fold case, and why. */
const folded: Readonly<Record<string, readonly [string, string]>> = {
  'case-fold': ['a.md', 'A.md'],
  'case-fold-extension': ['a.md', 'a.MD'],
  'case-fold-in-a-folder': ['skills/a/b.md', 'skills/a/B.md'],
  'case-fold-greek': ['Ω.md', 'ω.md'],
  'case-fold-cyrillic': ['ж.md', 'Ж.md'],
  'case-fold-armenian': ['Ա.md', 'ա.md'],
  'case-fold-cherokee': ['\u13a0.md', '\uab70.md'],
  'case-fold-georgian': ['\u10d0.md', '\u1c90.md'],
  'case-fold-deseret': ['\u{10400}.md', '\u{10428}.md'],
  'case-fold-adlam': ['\u{1e900}.md', '\u{1e922}.md'],
  'sharp-s': ['stra\u00dfe.md', 'strasse.md'],
  'sharp-s-upper': ['stra\u00dfe.md', 'STRASSE.md'],
  'capital-sharp-s': ['stra\u1e9ee.md', 'strasse.md'],
  'both-sharp-s': ['stra\u1e9ee.md', 'stra\u00dfe.md'],
  'turkish-dotted-i': ['\u0130.md', 'i\u0307.md'],
  'turkish-dotted-i-upper': ['\u0130.md', 'I\u0307.md'],
  'kelvin-sign': ['\u212a.md', 'k.md'],
  'kelvin-sign-upper': ['\u212a.md', 'K.md'],
  'angstrom-sign': ['\u212b.md', '\u00e5.md'],
  'ohm-sign': ['\u2126.md', '\u03c9.md'],
  'long-s': ['\u017f.md', 's.md'],
  'final-sigma': ['\u03c2.md', '\u03c3.md'],
  'final-sigma-in-a-word': ['ΟΔΟΣ.md', 'οδος.md'],
  'titlecase-digraph': ['\u01c5.md', '\u01c6.md'],
  'preceded-by-apostrophe': ['\u0149.md', '\u02bcn.md'],
  'iota-subscript': ['\u1fb3.md', '\u03b1\u03b9.md'],
  'micro-sign': ['\u00b5.md', '\u03bc.md'],
  'j-with-caron': ['\u01f0.md', 'J\u030c.md'],
  'ligature-fi': ['\ufb01le.md', 'file.md'],
  'ligature-fi-upper': ['\ufb01le.md', 'FILE.md'],
  'ligature-st': ['\ufb05.md', '\ufb06.md'],
  'greek-symbol-variants': ['\u03d0\u03d1\u03d5.md', '\u03b2\u03b8\u03c6.md'],
}

const normalised: Readonly<Record<string, readonly [string, string]>> = {
  'composed-and-decomposed': ['\u00e9.md', 'e\u0301.md'],
  'composed-and-decomposed-folder': ['\u00e9/a.md', 'e\u0301/b.md'],
  'composed-and-decomposed-case': ['\u00e9.md', 'E\u0301.md'],
  'composed-twice': ['\u1ea5.md', '\u00e2\u0301.md'],
  'marks-in-another-order': ['a\u0323\u0307.md', 'a\u0307\u0323.md'],
  hangul: ['\ud55c\uae00.md', '\u1112\u1161\u11ab\u1100\u1173\u11af.md'],
  'cjk-compatibility': ['\uf900.md', '\u8c48.md'],
  'full-width': ['\uff41.md', 'a.md'],
  'full-width-upper': ['\uff21.md', 'a.md'],
  'half-width-katakana': ['\uff76\uff9e.md', '\u30ac.md'],
  superscript: ['a\u00b2.md', 'a2.md'],
  circled: ['\u24b6.md', 'a.md'],
  'mathematical-bold': ['\u{1d400}.md', 'a.md'],
  'roman-numeral': ['\u2163.md', 'iv.md'],
  'vulgar-fraction': ['\u00bd.md', '1\u20442.md'],
  'square-unit': ['\u33a1.md', 'm2.md'],
  'telephone-sign': ['\u2121.md', 'tel.md'],
  'no-break-space': ['a\u00a0b.md', 'a b.md'],
  'ideographic-space': ['a\u3000b.md', 'a b.md'],
  'full-width-dot': ['a\uff0emd', 'a.md'],
  ellipsis: ['a\u2026b', 'a...b'],
  'arabic-presentation-form': ['\ufe8d.md', '\u0627.md'],
}

function folds(table: Readonly<Record<string, readonly [string, string]>>): Row[] {
  return Object.entries(table).map(([name, [first, second]]) => ({
    code: 'DUPLICATE_NAME',
    name,
    build: pair(first, second, 'other\n'),
  }))
}

const folders: Row[] = [
  {
    code: ['DUPLICATE_NAME', 'NAME_CHARACTER'],
    name: 'full-width-slash',
    why: 'normalised, it is a slash and the name is a path',
    build: pair('a\uff0fb.md', 'a/b.md'),
  },
  { code: 'DUPLICATE_NAME', name: 'implied-folders-differ-in-case', build: pair('skills/a.md', 'Skills/b.md') },
  { code: 'DUPLICATE_NAME', name: 'implied-folders-differ-in-case-deep', build: pair('a/b/c/x.md', 'a/B/c/y.md') },
  {
    code: 'DUPLICATE_NAME',
    name: 'folder-against-implied-in-case',
    build: () => zip({ name: 'Skills/' }, { name: 'skills/a.md' }),
  },
  {
    code: 'DUPLICATE_NAME',
    name: 'folders-differ-in-case',
    build: () => zip({ name: 'skills/' }, { name: 'SKILLS/' }),
  },
  { code: 'DUPLICATE_NAME', name: 'implied-folders-sharp-s', build: pair('stra\u00dfe/a.md', 'strasse/b.md') },
  { code: 'DUPLICATE_NAME', name: 'implied-folders-full-width', build: pair('\uff41/a.md', 'a/b.md') },
]

const fileAndFolder: Row[] = [
  { code: 'FILE_AND_DIRECTORY', name: 'explicit', build: () => zip({ name: 'a', content: 'text\n' }, { name: 'a/' }) },
  {
    code: 'FILE_AND_DIRECTORY',
    name: 'explicit-folder-first',
    build: () => zip({ name: 'a/' }, { name: 'a', content: 'text\n' }),
  },
  { code: 'FILE_AND_DIRECTORY', name: 'implied', build: pair('a', 'a/b.md') },
  { code: 'FILE_AND_DIRECTORY', name: 'implied-file-last', build: pair('a/b.md', 'a') },
  { code: 'FILE_AND_DIRECTORY', name: 'implied-deep', build: pair('a/b/c', 'a/b/c/d/e.md') },
  {
    code: 'FILE_AND_DIRECTORY',
    name: 'agents-as-a-folder',
    build: () => zip({ name: 'AGENTS.md/evil.md', content: 'text\n' }),
  },
  {
    code: 'FILE_AND_DIRECTORY',
    name: 'empty-file',
    build: () => zip({ name: 'a' }, { name: 'a/b.md', content: 'text\n' }),
  },
  ...(
    [
      ['case', 'A', 'a/b.md'],
      ['case-file-last', 'a/b.md', 'A'],
      ['composed', '\u00e9', 'e\u0301/b.md'],
      ['full-width', '\uff41', 'a/b.md'],
      ['sharp-s', 'stra\u00dfe', 'strasse/b.md'],
    ] as const
  ).map(([name, first, second]): Row => {
    const why = 'names that some file systems take for the same, one of them a folder'
    return { code: ['FILE_AND_DIRECTORY', 'DUPLICATE_NAME'], name: `implied-${name}`, why, build: pair(first, second) }
  }),
]

/** 14: duplicate names. */
export const duplicates = [
  ...forRule(
    14,
    exact.map((row) => ({ ...row, ambiguity: 'duplicates' })),
  ),
  ...forRule(
    14,
    [...folds(folded), ...folds(normalised), ...folders].map((row) => ({ ...row, ambiguity: 'case' })),
  ),
  ...forRule(
    14,
    fileAndFolder.map((row) => ({ ...row, ambiguity: 'directory bit' })),
  ),
]
