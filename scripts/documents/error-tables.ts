import { describeError, type ErrorCode } from 'sallyport'

// A marker, the head, the rule, and the rows; the first column of the rows is written by hand.
const table = /^<!-- error codes -->\n\n?((?:^\|.*\|\n)+)/gm

const head = ['Code', 'Status', 'Title', 'Retry']

/** Fills the tables of error codes: a document says which codes, in which order, and the code says the rest. */
export function fillErrorTables(text: string): string {
  return text.replaceAll(table, (_all, rows: string) => {
    const codes = [...rows.matchAll(/^\| *`([A-Z0-9_]+)`/gm)].map(([, code]) => code as ErrorCode)
    return `<!-- error codes -->\n\n${formatTable([head, ...codes.map(toRow)])}`
  })
}

function toRow(code: ErrorCode): string[] {
  const { status, title } = describeError(code)
  return [`\`${code}\``, String(status), title, status === 408 || status >= 500 ? 'yes' : 'no']
}

/** A Markdown table as the formatter writes it. */
function formatTable([first = [], ...rows]: readonly (readonly string[])[]): string {
  const widths = first.map((cell, column) =>
    Math.max(...[cell, ...rows.map((row) => row[column]!)].map(({ length }) => length)),
  )
  const toLine = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |\n`
  return [toLine(first), toLine(widths.map((width) => '-'.repeat(width))), ...rows.map(toLine)].join('')
}
