import type { YAMLError } from 'yaml'

/** A line whose value was read as text, although it is not valid YAML without quotes. */
export interface UnquotedValue {
  /** Line of the file, from 1. */
  readonly line: number
  readonly key: string
}

const entry = /^([ \t]*)([A-Za-z0-9_][\w.-]{0,63}):([ \t]+)(\S.*)$/
// Other parsers may read a value that begins with one of the others: an alias, an anchor, a tag, quotes, a block.
const isText = /^[^*&!"'|>#?]/
const isBracketed = /^[[{]/
const mostValues = 20

/**
 * Puts the values in quotes that no YAML parser reads without: `description: Use when: never`. Readers that go line by line, as
 * both runtimes do for subagents, read the rest of the line, and so does this. `undefined` if there is another fault.
 */
export function quoteValues(
  yaml: string,
  errors: readonly YAMLError[],
): { readonly yaml: string; readonly values: readonly UnquotedValue[] } | undefined {
  const lines = yaml.split('\n')
  const starts = startsOf(lines)
  const values = new Map<number, UnquotedValue>()
  for (const { code, pos } of errors) {
    const index = starts.findLastIndex((start) => start <= pos[0])
    // Further errors on a line follow from its first.
    if (values.has(index)) continue
    const [, indent = '', key = '', space = '', text = ''] = entry.exec(withoutEnd(lines[index] ?? '')) ?? []
    const offset = pos[0] - starts[index]! - indent.length - key.length - 1 - space.length
    if (text === '' || !isRefused(text, code, offset) || values.size === mostValues) return undefined
    lines[index] = `${indent}${key}:${space}${JSON.stringify(text)}`
    // The fence is line 1 of the file.
    values.set(index, { line: index + 2, key })
  }
  return { yaml: lines.join('\n'), values: [...values.values()] }
}

// Not a part of the expression: that would try every end of every run of spaces.
function withoutEnd(line: string): string {
  let end = line.endsWith('\r') ? line.length - 1 : line.length
  while (line[end - 1] === ' ' || line[end - 1] === '\t') end--
  return line.slice(0, end)
}

function isRefused(text: string, code: YAMLError['code'], offset: number): boolean {
  if (isBracketed.test(text)) return code === 'UNEXPECTED_TOKEN' && offset > 0
  return offset === 0 && isText.test(text) && (code === 'BLOCK_AS_IMPLICIT_KEY' || code === 'BAD_SCALAR_START')
}

function startsOf(lines: readonly string[]): number[] {
  let start = 0
  return lines.map((line) => {
    const here = start
    start += line.length + 1
    return here
  })
}
