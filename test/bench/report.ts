/** One measured number. */
export interface Row {
  readonly subject: string
  readonly case: string
  readonly median: number
  readonly unit: string
  /** To the floor of the same case in the same run. */
  readonly ratio: number
}

/** What a bench prints. */
export interface BenchReport {
  readonly bench: string
  readonly rows: readonly Row[]
}

/** How much to measure. */
export interface BenchOptions {
  /** A few operations only: shows that the bench works, not how fast anything is. */
  readonly quick: boolean
}

/** The report for people: one aligned table, a blank line between cases. */
export function toTable({ rows }: BenchReport): string {
  const cells = rows.map((row) => [row.case, row.subject, toNumber(row.median), row.unit, row.ratio.toFixed(2)])
  const table = [['case', 'subject', 'median', 'unit', 'ratio'], ...cells]
  const widths = table[0]!.map((_, column) => Math.max(...table.map((line) => line[column]!.length)))
  const isNumeric = [false, false, true, false, true]
  const lines = table.map((line) =>
    line
      .map((cell, column) => (isNumeric[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join('  '),
  )
  const startsCase = (index: number): boolean => table[index]![0] !== table[index - 1]?.[0]
  return lines.map((line, index) => (startsCase(index) && index > 0 ? `\n${line}` : line)).join('\n')
}

function toNumber(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3)
}
