/** One measured number. */
export interface Row {
  readonly subject: string
  readonly case: string
  readonly median: number
  readonly unit: string
  /** Relative to the floor of the same case in the same run. */
  readonly ratio: number
  /** The target: of the ratio, if the text has no unit; otherwise of the median, in its unit. */
  readonly aim?: string
  /** Number of measurements, if it differs between subjects: slow ones have fewer. */
  readonly rounds?: number
  /** How much more than the floor, in the unit. */
  readonly above?: number
  /** What kept the median from being better, if not the subject: it could do more than was asked of it. */
  readonly limit?: 'client' | 'machine'
}

/** What could not be measured here, and why. */
export interface MissingRow {
  readonly subject: string
  readonly case: string
  readonly missing: string
}

/** What a bench prints. */
export interface BenchReport {
  readonly bench: string
  readonly rows: readonly (Row | MissingRow)[]
}

/** How much to measure. */
export interface BenchOptions {
  /** Only a few operations: shows that the bench works, not how fast anything is. */
  readonly quick: boolean
  /** The only part to measure, for a bench of several. @default all */
  readonly part?: string | undefined
  /** Events of the largest store, for a bench of stores. @default as many as it promises something for */
  readonly events?: number | undefined
  /** The only store to measure, for a bench of several. @default all */
  readonly store?: string | undefined
  /** The only cases to measure, for a bench of several. @default all */
  readonly only?: readonly string[]
  /** Whether to measure telemetry, against Sallyport without it. @default false */
  readonly telemetry?: boolean | undefined
  /** Folder for CPU profiles of servers. @default none are written */
  readonly profile?: string | undefined
}

type Extra = 'above' | 'rounds' | 'aim' | 'limit'

/** The report as an aligned table with a blank line between cases. */
export function toTable({ rows }: BenchReport): string {
  const extras = (['above', 'rounds', 'aim', 'limit'] as const).filter((name) => rows.some((row) => name in row))
  const table = [['case', 'subject', 'median', 'unit', 'ratio', ...extras], ...rows.map((row) => toCells(row, extras))]
  const widths = table[0]!.map((_, column) =>
    Math.max(...table.map((line) => (line[2] === 'MISSING' && column > 1 ? 0 : (line[column] ?? '').length))),
  )
  const isNumeric = [false, false, true, false, true]
  const lines = table.map((line) =>
    line
      .map((cell, column) => (isNumeric[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join('  ')
      .trimEnd(),
  )
  const startsCase = (index: number): boolean => table[index]![0] !== table[index - 1]?.[0]
  return lines.map((line, index) => (startsCase(index) && index > 0 ? `\n${line}` : line)).join('\n')
}

function toCells(row: Row | MissingRow, extras: readonly Extra[]): string[] {
  if ('missing' in row) return [row.case, row.subject, 'MISSING', row.missing]
  const extra = extras.map((name) => (name === 'above' ? toDifference(row.above) : String(row[name] ?? '')))
  return [row.case, row.subject, toNumber(row.median), row.unit, row.ratio.toFixed(2), ...extra]
}

function toNumber(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3)
}

function toDifference(value: number | undefined): string {
  return value === undefined ? '' : `${value < 0 ? '-' : '+'}${toNumber(Math.abs(value))}`
}
