import measure from 'fast-string-truncated-width'
import { toLine, type Output, type Style } from '../output.ts'
import { cut, fit } from './fit.ts'

/** A column of a table. */
export interface Column {
  readonly title: string
  readonly align?: 'right' | undefined
  /** Shorten its cells, with `…`, where the rows do not fit. */
  readonly cut?: true | undefined
  /** For the last column: below each row, where the rows do not fit; whole, or cut to one line. */
  readonly below?: 'whole' | 'cut' | undefined
}

/** A text from outside or of the command; made visible here. With a style, it is coloured. */
export type Cell = string | readonly [style: Style, text: string]

const gap = 2
const narrowest = 6
const indent = '    '

/** A table with a header row. A pipe gets one whole line per row, a terminal rows that fit. */
export function renderTable(
  { columns: room, style }: Pick<Output, 'columns' | 'style'>,
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
): string {
  const header = columns.map(({ title }): Cell => ['bold', title])
  const cells = [header, ...rows].map((row) => row.map((cell) => toCell(cell)))
  const last = columns.at(-1)?.below
  const isBelow = last !== undefined && widthOf(columns, widest(cells)) > room
  const shown = isBelow ? columns.slice(0, -1) : columns
  const widths = narrow(shown, widest(cells).slice(0, shown.length), room)
  const lines = cells.flatMap((row, index) => {
    const fitted = shown.map(({ align }, at) => {
      const { text, style: styling } = row[at]!
      return fit(text, widths[at]!, align, styling && ((part) => style(styling, part)))
    })
    const line = fitted.join(' '.repeat(gap))
    const text = row.at(-1)!.text
    if (!isBelow || index === 0 || text === '') return [line.trimEnd()]
    return [line.trimEnd(), indent + (last === 'cut' ? cut(text, room - indent.length) : text)]
  })
  return lines.join('\n')
}

interface ReadyCell {
  readonly text: string
  readonly style?: Style | undefined
}

function toCell(cell: Cell): ReadyCell {
  return typeof cell === 'string' ? { text: toLine(cell) } : { style: cell[0], text: toLine(cell[1]) }
}

function widest(cells: readonly (readonly ReadyCell[])[]): number[] {
  return cells[0]!.map((_cell, at) => Math.max(...cells.map((row) => measure(row[at]!.text).width)))
}

const widthOf = (columns: readonly Column[], widths: readonly number[]): number =>
  widths.reduce((sum, width) => sum + width, gap * (columns.length - 1))

/** Takes from the widest columns that may be cut until the rows fit. */
function narrow(columns: readonly Column[], widths: number[], room: number): number[] {
  let excess = widthOf(columns, widths) - room
  while (excess > 0) {
    const mayCut = columns.flatMap(({ cut: may }, at) => (may && widths[at]! > narrowest ? [at] : []))
    if (mayCut.length === 0) break
    const at = mayCut.reduce((most, each) => (widths[each]! > widths[most]! ? each : most))
    widths[at]!--
    excess--
  }
  return widths
}
