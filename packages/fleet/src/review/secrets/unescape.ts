import { rewrite, type Rewritten } from './rewritten.ts'

// Texts are bytes here, one character each, so this is UTF-8: characters that are not shown, as Unicode lists them
// (Default_Ignorable_Code_Point).
const invisible = [
  String.raw`\xc2\xad|\xcd\x8f|\xd8\x9c|\xe1\x85[\x9f\xa0]|\xe1\x9e[\xb4\xb5]|\xe1\xa0[\x8b-\x8f]`,
  String.raw`\xe2\x80[\x8b-\x8f\xaa-\xae]|\xe2\x81[\xa0-\xaf]|\xe3\x85\xa4|\xef\xb8[\x80-\x8f]`,
  String.raw`\xef\xbb\xbf|\xef\xbe\xa0|\xef\xbf[\xb0-\xb8]|\xf3\xa0[\x80-\xbf][\x80-\xbf]`,
].join('|')
const hex = '[0-9A-Fa-f]'
const code = [
  String.raw`\\u\{(?<braced>${hex}{1,6})\}|\\u(?<four>${hex}{4})|\\U(?<eight>${hex}{8})|\\x(?<two>${hex}{2})`,
  `%(?<percent>${hex}{2})|&#[xX](?<entity>${hex}{1,6});?`,
].join('|')
const pattern = new RegExp(
  String.raw`${invisible}|${code}|\\(?<octal>[0-7]{3})|&#(?<decimal>\d{1,7});?|\\(?<joined>\r?\n[ \t]*)|\\(?<letter>[^])`,
  'g',
)
const letters: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', v: '\v', 0: '\0' }

/** What a text was written with, for people. */
export type Escaping = 'escapes' | 'percent-encoding' | 'HTML entities' | 'text with invisible characters'

/** A text without its escapes, and what the part between two offsets of the other text was written with. */
export interface Unescaped extends Rewritten {
  escapingOf(start: number, end: number): Escaping | undefined
}

/**
 * Reads the escapes of JSON, JavaScript, YAML and shells, percent-encoding and numeric HTML entities, and drops characters that
 * are not shown. `undefined` if there are none.
 */
export function unescape(text: string): Unescaped | undefined {
  const rewritten = rewrite(text, pattern, ({ groups }) => {
    const { braced, four, eight, two, percent, entity, octal, decimal, joined, letter } = groups!
    if (letter !== undefined) return letters[letter] ?? letter
    if (joined !== undefined) return ''
    const digits = braced ?? four ?? eight ?? two ?? percent ?? entity
    if (digits !== undefined) return toCharacter(Number.parseInt(digits, 16))
    if (octal !== undefined) return toCharacter(Number.parseInt(octal, 8))
    return decimal === undefined ? '' : toCharacter(Number(decimal))
  })
  return rewritten && { ...rewritten, escapingOf: (start, end) => escapingOf(text.slice(start, end)) }
}

// Of every other character it only matters that it is none of a key.
function toCharacter(codePoint: number): string {
  return codePoint < 0x100 ? String.fromCharCode(codePoint) : '\u00ff'
}

function escapingOf(part: string): Escaping | undefined {
  if (part.includes('\\')) return 'escapes'
  if (/%[0-9A-Fa-f]{2}/.test(part)) return 'percent-encoding'
  if (part.includes('&#')) return 'HTML entities'
  return /[\x80-\xff]/.test(part) ? 'text with invisible characters' : undefined
}
