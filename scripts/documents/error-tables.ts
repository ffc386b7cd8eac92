import { describeError, type ErrorCode } from 'sallyport'
import { formatTable } from './format-table.ts'

// A marker, then a table whose first column is written by hand, then a list with a line for each code.
const section = /^<!-- error codes -->\n\n?((?:^\|.*\|\n)+)((?:\n*^- .*\n)*)/gm

// Hand-written text ends at the arrow.
const line = /^- (?:<a id="\w+"><\/a>)?`(\w+)`: (.*?)(?: → .*)?$/gm

const head = ['Code', 'Status', 'Title', 'Retry']

/**
 * Fills the tables and lists of error codes. A document lists the codes and says when each occurs; the source adds status,
 * title, fix, and the anchor that an answer's `type` links to.
 */
export function fillErrorTables(text: string): string {
  return text.replaceAll(section, (_all, rows: string, list: string) => {
    const codes = [...rows.matchAll(/^\| *`([A-Z0-9_]+)`/gm)].map(([, code]) => code as ErrorCode)
    return `<!-- error codes -->\n\n${formatTable([head, ...codes.map(toRow)])}${list.replaceAll(line, toLine)}`
  })
}

function toRow(code: ErrorCode): string[] {
  const { status, title } = describeError(code)
  return [`\`${code}\``, String(status), title, status === 408 || status >= 500 ? 'yes' : 'no']
}

function toLine(_all: string, code: string, when: string): string {
  return `- <a id="${code}"></a>\`${code}\`: ${when} → ${describeError(code as ErrorCode).fix}`
}
