import measure from 'fast-string-truncated-width'

/** A text in exactly `width` columns: cut with `…`, or filled with blanks. */
export function fit(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  if (width <= 0) return ''
  const { index, ellipsed, width: used } = measure(text, { limit: width, ellipsis: '…' })
  const shown = ellipsed ? `${text.slice(0, index)}…` : text
  const blanks = ' '.repeat(Math.max(0, width - (ellipsed ? measure(shown).width : used)))
  return align === 'left' ? shown + blanks : blanks + shown
}

/** The lines of a text in `width` columns: broken at blanks, and within a word that is too long. */
export function wrapTo(text: string, width: number): string[] {
  return text.split('\n').flatMap((line) => wrapLine(line, Math.max(4, width)))
}

function wrapLine(line: string, width: number): string[] {
  const lines: string[] = []
  let rest = line
  while (measure(rest).width > width) {
    const { index } = measure(rest, { limit: width, ellipsis: '' })
    const blank = rest.lastIndexOf(' ', index)
    // At least one character, or a wide one in a narrow terminal would never end.
    const end = blank > 0 && rest.slice(0, blank).trim() !== '' ? blank : Math.max(1, index)
    lines.push(rest.slice(0, end))
    rest = end === blank ? rest.slice(end + 1) : rest.slice(end)
  }
  return [...lines, rest]
}
