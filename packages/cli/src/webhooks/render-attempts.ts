import { toLine, type Output } from '../output.ts'
import { toAge } from '../text/amounts.ts'
import { renderTable, type Cell, type Column } from '../text/table.ts'
import { hang } from '../text/wrap.ts'

/** An attempt as `--json` prints it. */
export type AttemptRecord = Readonly<Record<string, string | number | null | undefined>>

/** Attempts as a table. Invoratec only tells when it last sent, and how often it failed since. */
export function renderAttempts(
  output: Output,
  platform: 'sonzai' | 'invoratec',
  attempts: readonly AttemptRecord[],
): string {
  return platform === 'sonzai' ? renderSonzai(output, attempts) : renderInvoratec(output, attempts)
}

const text = (value: AttemptRecord[string]): string => String(value ?? '')

function ageOf(time: AttemptRecord[string]): string {
  const at = Date.parse(text(time))
  return Number.isNaN(at) ? text(time) : toAge(at)
}

function renderSonzai(output: Output, attempts: readonly AttemptRecord[]): string {
  const rows = attempts.map(({ at, status, code, number, ms, reason }): Cell[] => [
    ageOf(at),
    [reason === undefined ? 'green' : 'red', text(status)],
    text(code),
    text(number),
    ms === undefined ? '' : `${text(ms)} ms`,
    text(reason),
  ])
  const columns: Column[] = [
    { title: 'WHEN', align: 'right' },
    { title: 'STATUS', cut: true },
    { title: 'CODE', align: 'right' },
    { title: 'TRY', align: 'right' },
    { title: 'TOOK', align: 'right' },
    { title: 'REASON', below: 'whole' },
  ]
  return [renderTable(output, columns, rows), ...attempts.flatMap((attempt) => renderData(output, attempt))].join('\n')
}

/** With `--data`: what was sent and answered. */
function renderData({ columns }: Output, { id, request, response }: AttemptRecord): string[] {
  const parts = Object.entries({ request, response }).filter(([, body]) => body !== undefined)
  if (parts.length === 0) return []
  return [
    `attempt ${toLine(text(id))}`,
    ...parts.map(([name, body]) => hang(`  ${name.padEnd(9)} `, toLine(body), columns)),
  ]
}

function renderInvoratec(output: Output, attempts: readonly AttemptRecord[]): string {
  const rows = attempts.map(({ lastTriggered, failCount, id, url }): Cell[] => [
    ageOf(lastTriggered),
    text(failCount),
    text(id),
    text(url),
  ])
  const columns: Column[] = [
    { title: 'LAST SENT', align: 'right' },
    { title: 'FAILED', align: 'right' },
    { title: 'ID' },
    { title: 'URL', below: 'whole' },
  ]
  return renderTable(output, columns, rows)
}
