import { clip } from 'sallyport/provider'

const deepest = 40

/** How much of a text to show, in UTF-16 units. */
export interface JsonLimits {
  readonly most: number
  readonly longestString: number
}

/**
 * Indents JSON and keeps every value as it is written, exact numbers and escapes included.
 *
 * @returns `undefined` for text that is no JSON object or list
 */
export function indentJson(text: string, { most, longestString }: JsonLimits): string | undefined {
  if (!isCollection(text)) return undefined
  let result = ''
  let depth = 0
  for (const token of tokensOf(text)) {
    if (token === '}' || token === ']') {
      depth -= 1
      result += /[{[]$/.test(result) ? token : lineAt(depth) + token
      continue
    }
    if (/[{[]$/.test(result)) result += lineAt(depth)
    result += token.length <= longestString ? token : `${clip(token.slice(0, -1), longestString)}"`
    if (token === '{' || token === '[') depth += 1
    else if (token === ',') result += lineAt(depth)
    else if (token === ':') result += ' '
    if (result.length > most) break
  }
  return result
}

function isCollection(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null
  } catch {
    return false
  }
}

/** The tokens of valid JSON: strings, numbers and words, signs. */
function* tokensOf(text: string): Generator<string> {
  // No expression for a whole string: it may be as long as an archive.
  const token = /[{}[\],:"]|[^\s{}[\],:"]+/g
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    if (found[0] === '"') token.lastIndex = endOfString(text, found.index)
    yield text.slice(found.index, token.lastIndex)
  }
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '"') return at + 1
    if (text[at] === '\\') at++
  }
  return text.length
}

// Deeper levels would make the text grow with the square of its depth.
function lineAt(depth: number): string {
  return `\n${'  '.repeat(Math.min(depth, deepest))}`
}
