import measure from 'fast-string-truncated-width'

/** A text in at most `width` columns: what does not fit is cut off, with `…`. */
export function cut(text: string, width: number): string {
  if (width <= 0) return ''
  const { index, ellipsed } = measure(text, { limit: width, ellipsis: '…' })
  return ellipsed ? `${text.slice(0, index)}…` : text
}

/** A text in exactly `width` columns: cut, or filled with blanks. @param style of the text, not of the blanks */
export function fit(
  text: string,
  width: number,
  align: 'left' | 'right' = 'left',
  style = (shown: string): string => shown,
): string {
  const shown = cut(text, width)
  const blanks = ' '.repeat(Math.max(0, width - measure(shown).width))
  const styled = shown === '' ? '' : style(shown)
  return align === 'left' ? styled + blanks : blanks + styled
}
