/** A line of pretty JSON. Numbers and strings are as they were written, so big numbers are exact and repeated names stay. */
export interface JsonLine {
  readonly depth: number
  /** The name before the value, with its quotes. */
  readonly name?: string
  readonly kind: 'open' | 'close' | 'empty' | 'string' | 'number' | 'word'
  /** `{`, `]`, `[]` or the value. */
  readonly text: string
  readonly hasComma: boolean
  /** Of an `open`: the line that closes it, or the number of lines where the text ends before. */
  readonly end?: number
  /** Of an `open`: how many values it holds. */
  readonly size?: number
}

export interface JsonText {
  readonly lines: readonly JsonLine[]
  /** Where the text stopped to be JSON: its position. `undefined`: all of it is. */
  readonly brokenAt?: number
}

const token =
  /[\t\n\r ]*(?:("(?:[^"\\]|\\[^])*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null)|([{}[\],:]))/y
const space = /[\t\n\r ]*/y

type Writable = { -readonly [Name in keyof JsonLine]: JsonLine[Name] }

/**
 * Splits JSON into lines without recursion: nesting of any depth is fine, and a text that was cut gives the lines until there.
 * It is lenient about control characters within strings, which are shown escaped.
 */
export function toJsonLines(source: string): JsonText {
  const lines: Writable[] = []
  const open: number[] = []
  let name: string | undefined
  let last = 0
  // What may come now.
  let expected: 'value' | 'first' | 'name' | 'firstName' | 'colon' | 'comma' | 'end' = 'value'

  const add = (kind: JsonLine['kind'], text: string): Writable => {
    const line: Writable = { depth: open.length, kind, text, hasComma: false, ...(name !== undefined && { name }) }
    name = undefined
    lines.push(line)
    return line
  }
  const afterValue = (): void => {
    const parent = open.at(-1)
    if (parent !== undefined) lines[parent]!.size = (lines[parent]!.size ?? 0) + 1
    expected = parent === undefined ? 'end' : 'comma'
  }
  const close = (bracket: string): boolean => {
    const start = open.pop()
    if (start === undefined) return false
    const opened = lines[start]!
    if ((opened.text === '{') !== (bracket === '}')) {
      open.push(start)
      return false
    }
    if (start === lines.length - 1) {
      opened.kind = 'empty'
      opened.text += bracket
      delete opened.end
    } else {
      lines.push({ depth: open.length, kind: 'close', text: bracket, hasComma: false })
      opened.end = lines.length - 1
    }
    afterValue()
    return true
  }
  const take = (text: string, kind: 'string' | 'number' | 'word' | 'mark'): boolean => {
    if (kind === 'string' && (expected === 'name' || expected === 'firstName')) {
      name = text
      expected = 'colon'
      return true
    }
    if (text === ':' && expected === 'colon') {
      expected = 'value'
      return true
    }
    if (text === ',' && expected === 'comma') {
      lines.at(-1)!.hasComma = true
      expected = lines[open.at(-1)!]!.text === '{' ? 'name' : 'value'
      return true
    }
    if (text === '}') return (expected === 'firstName' || expected === 'comma') && close(text)
    if (text === ']') return (expected === 'first' || expected === 'comma') && close(text)
    if (expected !== 'value' && expected !== 'first') return false
    if (text === '{' || text === '[') {
      add('open', text).end = Number.POSITIVE_INFINITY
      open.push(lines.length - 1)
      expected = text === '{' ? 'firstName' : 'first'
      return true
    }
    if (kind === 'mark') return false
    add(kind, text)
    afterValue()
    return true
  }

  for (;;) {
    token.lastIndex = last
    const found = token.exec(source)
    if (found === null) break
    const [, string, number, word, mark] = found
    const kind =
      string !== undefined ? 'string' : number !== undefined ? 'number' : word !== undefined ? 'word' : 'mark'
    if (!take((string ?? number ?? word ?? mark)!, kind)) break
    last = token.lastIndex
  }
  space.lastIndex = last
  space.exec(source)
  // Lenient read of `expected`: the compiler does not see that it changes within `take`.
  const isWhole = (expected as string) === 'end' && space.lastIndex === source.length
  for (const start of open) lines[start]!.end = lines.length
  return isWhole ? { lines } : { lines, brokenAt: last }
}

/** A line as text, with two spaces per level. */
export function toPlainLine({ depth, name, text, hasComma }: JsonLine): string {
  return `${'  '.repeat(Math.min(depth, mostIndent))}${name === undefined ? '' : `${name}: `}${text}${hasComma ? ',' : ''}`
}

/** Deeper levels are not indented further, or nothing would be left of the line. */
export const mostIndent = 40
