import { JsonFault } from './json-fault.ts'

/** A value in the text, and the offset behind it. */
export interface Token<Value = unknown> {
  readonly value: Value
  readonly end: number
}

const space = /[ \t\n\r]*/y
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
// oxlint-disable-next-line no-control-regex -- JSON forbids them in strings (RFC 8259, section 7)
const control = /[\u0000-\u001f]/
const literals = [
  ['true', true],
  ['false', false],
  ['null', null],
] as const

/** The offset of the next character that is no white space. */
export function skipSpace(text: string, offset: number): number {
  space.lastIndex = offset
  space.test(text)
  return space.lastIndex
}

/** Reads the string that begins at `offset`. Each character is looked at a fixed number of times, however it is escaped. */
export function readString(text: string, offset: number): Token<string> {
  if (text[offset] !== '"') throw new JsonFault('syntax', text, offset)
  const quote = endOfString(text, offset) - 1
  const inside = text.slice(offset + 1, quote)
  if (control.test(inside)) throw new JsonFault('syntax', text, offset)
  return { value: inside.includes('\\') ? unescape(text, offset, quote) : inside, end: quote + 1 }
}

/** The offset behind the string that begins at `offset`. @throws JsonFault if it does not end */
export function endOfString(text: string, offset: number): number {
  let quote = text.indexOf('"', offset + 1)
  while (quote >= 0 && isEscaped(text, quote)) quote = text.indexOf('"', quote + 1)
  if (quote < 0) throw new JsonFault('syntax', text, offset)
  return quote + 1
}

function isEscaped(text: string, quote: number): boolean {
  let first = quote
  while (text[first - 1] === '\\') first--
  return (quote - first) % 2 === 1
}

function unescape(text: string, offset: number, quote: number): string {
  try {
    return JSON.parse(text.slice(offset, quote + 1)) as string
  } catch {
    throw new JsonFault('syntax', text, offset)
  }
}

/** Reads a string, a number, `true`, `false` or `null`. */
export function readScalar(text: string, offset: number): Token {
  if (text[offset] === '"') return readString(text, offset)
  number.lastIndex = offset
  if (number.test(text)) return { value: Number(text.slice(offset, number.lastIndex)), end: number.lastIndex }
  const literal = literals.find(([word]) => text.startsWith(word, offset))
  if (literal === undefined) throw new JsonFault('syntax', text, offset)
  return { value: literal[1], end: offset + literal[0].length }
}
