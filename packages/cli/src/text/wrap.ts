import measure from 'fast-string-truncated-width'

/** Longer lines are hard to read, however wide the terminal is. */
export const longestLine = 100
// With less room than this, a text begins on the line below its label.
const leastRoom = 24
// Below this, tables and options have no room for what they say.
const fewest = 60
// Of a word on its own line. Not 0: no text from outside begins where a line of the command begins.
const ownIndent = 2

/** The columns of a terminal, at least 60. `Infinity` for a pipe or a file: there, nothing is cut or wrapped. */
export function columnsOf({ isTTY, columns }: Pick<NodeJS.WriteStream, 'isTTY' | 'columns'>): number {
  // A terminal may say nothing, or 0.
  return isTTY ? Math.max(fewest, columns || 80) : Number.POSITIVE_INFINITY
}

/**
 * A label and a text behind it, wrapped at spaces. A word that is too long, such as a path, stays whole on a line of its own,
 * so that it can be copied.
 *
 * @param columns of the terminal; `Infinity` wraps nothing
 * @param indent columns before the further lines. @default the width of the label
 */
export function hang(label: string, text: string, columns: number, indent = measure(label).width): string {
  const further = ' '.repeat(indent)
  if (columns === Number.POSITIVE_INFINITY) return label + text.replaceAll('\n', `\n${further}`)
  const most = Math.min(columns, longestLine)
  if (most - measure(label).width < leastRoom) return `${label.trimEnd()}\n${hang('    ', text, columns)}`
  return text
    .split('\n')
    .map((line, index) => wrap(index === 0 ? label : further, line, most, further))
    .join('\n')
}

/** Wraps each line of a text that is wider than the terminal; its further lines begin two columns behind its indentation. */
export function wrapLines(text: string, columns: number): string {
  if (columns === Number.POSITIVE_INFINITY) return text
  const lines = text.split('\n').map((line) => {
    if (measure(line).width <= columns) return line
    const [indent = ''] = /^ */.exec(line) ?? []
    return wrap(indent, line.slice(indent.length), columns, `${indent}  `)
  })
  return lines.join('\n')
}

/** The lines of a text, none wider than `width`: a word that is too long is broken. */
export function breakLines(text: string, width: number): string[] {
  const most = Math.max(4, width)
  const lines = text.split('\n').flatMap((line) => wrap('', line, most, '').split('\n'))
  return lines.flatMap((line) => breakWord(line, most))
}

function breakWord(line: string, width: number): string[] {
  const parts: string[] = []
  let rest = line
  for (;;) {
    const { index, truncated } = measure(rest, { limit: width, ellipsis: '' })
    if (!truncated) return [...parts, rest]
    // At least one character, or one that is too wide would never end.
    const end = Math.max(1, index)
    parts.push(rest.slice(0, end))
    rest = rest.slice(end)
  }
}

function wrap(label: string, text: string, most: number, further: string): string {
  const lines: string[] = []
  let line = label
  let used = measure(label).width
  let isEmpty = true
  const next = (indent: string): void => {
    lines.push(line.trimEnd())
    line = indent
    used = indent.length
    isEmpty = true
  }
  for (const word of text.split(' ')) {
    const { width } = measure(word)
    const isLong = width > most - further.length
    if (isLong && line.trim() !== '') next(' '.repeat(Math.min(ownIndent, further.length)))
    else if (!isEmpty && used + 1 + width > most) next(further)
    line += isEmpty ? word : ` ${word}`
    used += isEmpty ? width : width + 1
    isEmpty = false
    if (isLong) next(further)
  }
  return [...lines, ...(isEmpty && lines.length > 0 ? [] : [line])].join('\n')
}
