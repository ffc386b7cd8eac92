import { concat } from '../bytes.ts'
import { forRule, zip, type Row } from './fixture.ts'

const utf8 = 0x0800

/** A file of this name, marked as UTF-8. */
function named(name: string | Uint8Array): () => Uint8Array {
  return () => zip({ name, content: 'text\n', flags: utf8 })
}

function bytesBetween(...bytes: readonly number[]): Uint8Array {
  return concat('a', Uint8Array.from(bytes), 'b.md')
}

const notUtf8: Readonly<Record<string, Uint8Array>> = {
  'overlong-slash-2': bytesBetween(0xc0, 0xaf),
  'overlong-slash-3': bytesBetween(0xe0, 0x80, 0xaf),
  'overlong-slash-4': bytesBetween(0xf0, 0x80, 0x80, 0xaf),
  'overlong-dot': concat(Uint8Array.of(0xc0, 0xae, 0xc0, 0xae), '/evil.md'),
  'overlong-zero': bytesBetween(0xc0, 0x80),
  'overlong-a': bytesBetween(0xc1, 0xa1),
  'high-surrogate': bytesBetween(0xed, 0xa0, 0x80),
  'low-surrogate': bytesBetween(0xed, 0xbf, 0xbf),
  'surrogate-pair': bytesBetween(0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80),
  'lone-continuation': bytesBetween(0x80),
  'missing-continuation': bytesBetween(0xc3),
  'missing-last-continuation': bytesBetween(0xe2, 0x82),
  'cut-at-the-end': concat('a.md', Uint8Array.of(0xe2, 0x82)),
  'beyond-unicode': bytesBetween(0xf4, 0x90, 0x80, 0x80),
  'five-bytes': bytesBetween(0xf8, 0x88, 0x80, 0x80, 0x80),
  'byte-fe': bytesBetween(0xfe),
  'byte-ff': bytesBetween(0xff),
  'latin-1': bytesBetween(0xe9),
  'shift-jis': bytesBetween(0x83, 0x65, 0x83, 0x58),
  'utf-16': Uint8Array.of(0xff, 0xfe, 0x61, 0, 0x62, 0),
}

/** Characters that no name may contain. */
const characters: Readonly<Record<string, string>> = {
  ...controls(0x00, 0x1f),
  ...controls(0x7f, 0x7f),
  ...controls(0x80, 0x9f),
  backslash: '\\',
  colon: ':',
  'less-than': '<',
  'greater-than': '>',
  pipe: '|',
  'question-mark': '?',
  asterisk: '*',
  quote: '"',
  'arabic-letter-mark': '\u061c',
  'zero-width-space': '\u200b',
  'zero-width-non-joiner': '\u200c',
  'zero-width-joiner': '\u200d',
  'left-to-right-mark': '\u200e',
  'right-to-left-mark': '\u200f',
  'line-separator': '\u2028',
  'paragraph-separator': '\u2029',
  'left-to-right-embedding': '\u202a',
  'right-to-left-embedding': '\u202b',
  'pop-directional-formatting': '\u202c',
  'left-to-right-override': '\u202d',
  'right-to-left-override': '\u202e',
  'word-joiner': '\u2060',
  'function-application': '\u2061',
  'invisible-times': '\u2062',
  'invisible-separator': '\u2063',
  'invisible-plus': '\u2064',
  'left-to-right-isolate': '\u2066',
  'right-to-left-isolate': '\u2067',
  'first-strong-isolate': '\u2068',
  'pop-directional-isolate': '\u2069',
  'inhibit-symmetric-swapping': '\u206a',
  'nominal-digit-shapes': '\u206f',
  'byte-order-mark': '\ufeff',
  'soft-hyphen': '\u00ad',
  'mongolian-vowel-separator': '\u180e',
  'interlinear-annotation-anchor': '\ufff9',
  'language-tag': '\u{e0001}',
  'tag-letter-a': '\u{e0061}',
}

function controls(first: number, last: number): Record<string, string> {
  const codes = Array.from({ length: last - first + 1 }, (_, index) => first + index)
  return Object.fromEntries(
    codes.map((code) => [`control-${code.toString(16).padStart(2, '0')}`, String.fromCodePoint(code)]),
  )
}

const bytes: Row[] = [
  ...Object.entries(notUtf8).map(([name, value]): Row => ({ code: 'NAME_NOT_UTF8', name, build: named(value) })),
  ...Object.entries(characters).map(([name, character]): Row => {
    return { code: 'NAME_CHARACTER', name, build: named(`a${character}b.md`) }
  }),
  { code: 'NAME_CHARACTER', name: 'control-00-at-the-end', build: named('a.md\0') },
  { code: 'NAME_CHARACTER', name: 'extension-hidden-by-zero', build: named('a.exe\0.md') },
  { code: 'NAME_CHARACTER', name: 'extension-reversed', build: named('a\u202edm.exe') },
  { code: 'NAME_CHARACTER', name: 'byte-order-mark-first', build: named('\ufeffa.md') },
  { code: 'NAME_CHARACTER', name: 'byte-order-mark-before-agents', build: named('\ufeffAGENTS.md') },
  { code: 'NAME_CHARACTER', name: 'zero-width-in-dot-git', build: named('.g\u200cit/config') },
  { code: 'NAME_CHARACTER', name: 'alternate-stream', build: named('a.md:evil') },
  { code: 'NAME_CHARACTER', name: 'alternate-stream-data', build: named('a.md::$DATA') },
  { code: 'NAME_CHARACTER', name: 'backslash-traversal', build: named('..\\..\\evil.md') },
  { code: 'NAME_CHARACTER', name: 'backslash-separator', build: named('skills\\a\\SKILL.md') },
  {
    code: 'NAME_CHARACTER',
    name: 'backslash-at-the-end',
    why: 'a folder to some',
    build: () => zip({ name: 'folder\\' }),
  },
  { code: 'NAME_CHARACTER', name: 'in-a-folder', build: () => zip({ name: 'a\tb/' }) },
]

const unflagged: Row[] = [
  { code: 'NAME_UNFLAGGED', name: 'latin', build: () => zip({ name: 'é.md', content: 'text\n', flags: 0 }) },
  { code: 'NAME_UNFLAGGED', name: 'cjk', build: () => zip({ name: '技能.md', content: 'text\n', flags: 0 }) },
  { code: 'NAME_UNFLAGGED', name: 'emoji', build: () => zip({ name: '\u{1f600}.md', content: 'text\n', flags: 0 }) },
  { code: 'NAME_UNFLAGGED', name: 'folder', build: () => zip({ name: 'é/', flags: 0 }) },
  {
    code: ['NAME_UNFLAGGED', 'NAME_NOT_UTF8'],
    name: 'code-page-437',
    why: 'neither marked nor valid',
    build: () => zip({ name: concat(Uint8Array.of(0x82), '.md'), content: 'text\n', flags: 0 }),
  },
  {
    code: 'NAME_NOT_UTF8',
    name: 'code-page-437-where-unflagged-names-may-be',
    limits: { allowUnflaggedUtf8: true },
    build: () => zip({ name: concat(Uint8Array.of(0x82), '.md'), content: 'text\n', flags: 0 }),
  },
  {
    code: 'NAME_CHARACTER',
    name: 'reversed-where-unflagged-names-may-be',
    limits: { allowUnflaggedUtf8: true },
    build: () => zip({ name: 'a\u202eb.md', content: 'text\n', flags: 0 }),
  },
  {
    code: ['LOCAL_HEADER_MISMATCH', 'NAME_UNFLAGGED'],
    name: 'flag-only-in-the-directory',
    why: 'the local name is another one to those who read it by its flag',
    build: () => zip({ name: 'é.md', content: 'text\n', local: { flags: 0 } }),
  },
  {
    code: ['NAME_UNFLAGGED', 'LOCAL_HEADER_MISMATCH'],
    name: 'flag-only-in-the-local-header',
    why: 'the listed name is another one to those who read it by its flag',
    build: () => zip({ name: 'é.md', content: 'text\n', central: { flags: 0 } }),
  },
]

const lengths: Row[] = [
  { code: 'NAME_EMPTY', name: 'file', build: () => zip({ name: '', content: 'text\n' }) },
  { code: 'NAME_EMPTY', name: 'without-content', build: () => zip({ name: '' }) },
  {
    code: 'NAME_TOO_LONG',
    name: '1025-bytes',
    build: named(['a', 'b', 'c', 'd'].map((letter) => letter.repeat(250)).join('/') + '/' + 'e'.repeat(21)),
  },
  { code: 'NAME_TOO_LONG', name: 'segment-256-bytes', build: named('a'.repeat(256)) },
  { code: 'NAME_TOO_LONG', name: 'segment-256-bytes-in-a-folder', build: named(`${'a'.repeat(256)}/b.md`) },
  { code: 'NAME_TOO_LONG', name: 'segment-256-bytes-of-128-characters', build: named('é'.repeat(128)) },
  { code: 'NAME_TOO_LONG', name: 'folder-256-bytes', build: () => zip({ name: `${'a'.repeat(256)}/` }) },
  {
    code: ['NAME_TOO_LONG', 'NAME_TOO_DEEP'],
    name: '65535-bytes',
    why: 'too long, and too deep',
    build: named('a/'.repeat(32_767) + 'b'),
  },
  { code: 'NAME_TOO_DEEP', name: '33-levels', build: named('a/'.repeat(32) + 'b') },
  { code: 'NAME_TOO_DEEP', name: '33-folders', build: () => zip({ name: 'a/'.repeat(33) }) },
  { code: 'NAME_TOO_DEEP', name: '500-levels', build: named('a/'.repeat(500) + 'b') },
]

/** 11: the bytes of a name. */
export const nameBytes = [
  ...forRule(
    11,
    bytes.map((row) => ({ ...row, ambiguity: 'special bytes' })),
  ),
  ...forRule(
    11,
    unflagged.map((row) => ({ ...row, ambiguity: 'name' })),
  ),
  ...forRule(11, lengths),
]
