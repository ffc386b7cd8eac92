// What Python does with text, where JavaScript differs. Both runtimes are written in it.

/** Characters that `str.isspace` and `\s` know: other than in JavaScript, with four separators and without the byte order mark. */
export const pythonSpace = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000'

const leading = new RegExp(`^[${pythonSpace}]+`)

/** `str.strip()`. */
export function strip(text: string): string {
  return stripStart(stripEnd(text))
}

/** `str.lstrip()`. */
export function stripStart(text: string): string {
  return text.replace(leading, '')
}

// Not a regular expression: searching for one that ends the text takes time with the square of its white space.
function stripEnd(text: string): string {
  let end = text.length
  while (end > 0 && isSpace(text.charCodeAt(end - 1))) end -= 1
  return text.slice(0, end)
}

const space = new RegExp(`[${pythonSpace}]`)
const asciiSpace = [9, 10, 11, 12, 13, 28, 29, 30, 31, 32]

function isSpace(code: number): boolean {
  return code < 128 ? asciiSpace.includes(code) : space.test(String.fromCharCode(code))
}

const spaces = new RegExp(`[${pythonSpace}]*`, 'y')

/** Where the white space ends that begins at a position. */
export function endOfSpace(text: string, start: number): number {
  spaces.lastIndex = start
  return start + (spaces.exec(text)?.[0].length ?? 0)
}

/** `open(…).read()`: every line end is a line feed. */
export function toUniversalNewlines(text: string): string {
  return text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text
}

// As text: the linter knows no reason for control characters.
const lineEnds = String.raw`\r\n|[\n\v\f\r\x1c-\x1e\x85\u2028\u2029]`
const lineEnd = new RegExp(lineEnds)

/** `str.splitlines()`. */
export function splitLines(text: string): string[] {
  const lines = text.split(lineEnd)
  if (lines.at(-1) === '') lines.pop()
  return lines
}

/** `str(number)` of a float. */
export function floatToText(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  const [digits = '', power = '0'] = value.toExponential().split('e')
  const exponent = Number(power)
  if (exponent < -4 || exponent >= 16)
    return `${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
  const text =
    exponent < 0 ? value.toFixed(Math.max(0, digits.replace(/^-?\d\.?/, '').length - exponent)) : String(value)
  const signed = Object.is(value, -0) ? '-0' : text
  return signed.includes('.') ? signed : `${signed}.0`
}

/** `repr(text)`. */
export function quoteText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  const escaped = text.replaceAll(/[\\'"]|[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu, (character) => {
    const short = shortEscapes[character]
    if (short !== undefined) return short
    if (character === '"' || character === "'") return character === quote ? `\\${character}` : character
    const code = character.codePointAt(0)!
    if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`
    return code <= 0xffff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`
  })
  return `${quote}${escaped}${quote}`
}

const shortEscapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }
