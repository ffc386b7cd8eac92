import type { AttemptRecord, EventHistory } from 'sallyport/inbox'
import { toLine, type Output, type Style } from '../output.ts'
import { toAge } from '../text/amounts.ts'
import { renderTable, type Column } from '../text/table.ts'
import { hang } from '../text/wrap.ts'

const styles: Readonly<Record<AttemptRecord['outcome'], Style>> = {
  running: 'cyan',
  handled: 'green',
  retried: 'yellow',
  dead: 'red',
  lost: 'magenta',
}

const attemptColumns: readonly Column[] = [
  { title: 'BEGUN' },
  { title: 'TRY', align: 'right' },
  { title: 'OUTCOME' },
  { title: 'TOOK', align: 'right' },
  { title: 'WORKER', cut: true },
  { title: 'ERROR', below: 'cut' },
]

const duplicateColumns: readonly Column[] = [{ title: 'RECEIVED' }, { title: 'AGE' }, { title: 'FROM', cut: true }]

const toTime = (time: number): string => new Date(time).toISOString()

/** A history as `--json` prints it: times in ISO 8601. */
export function toHistoryRecord({ attempts, duplicates }: EventHistory): Record<string, unknown> {
  return {
    attempts: attempts.map(({ begunAt, endedAt, ...attempt }) => ({
      ...attempt,
      begunAt: toTime(begunAt),
      endedAt: endedAt === undefined ? undefined : toTime(endedAt),
    })),
    duplicates: {
      count: duplicates.count,
      latest: duplicates.latest.map(({ receivedAt, ...from }) => ({ receivedAt: toTime(receivedAt), ...from })),
    },
  }
}

/** The lines of a history: attempts, the frames of the last that failed, and duplicates. */
export function toHistoryLines(output: Output, { attempts, duplicates }: EventHistory): string[] {
  const lines: string[] = []
  if (attempts.length > 0) lines.push('attempts', renderTable(output, attemptColumns, attempts.map(toAttemptRow)))
  const stack = attempts.findLast(({ error }) => error !== undefined)?.error?.stack ?? []
  if (stack.length > 0)
    lines.push('frames of the last error', ...stack.map((frame) => hang('  ', toLine(frame), output.columns, 4)))
  if (duplicates.count > 0) {
    const rows = duplicates.latest.map(({ receivedAt, remoteAddress = '' }) => [
      toTime(receivedAt),
      toAge(receivedAt),
      remoteAddress,
    ])
    lines.push(`duplicates    ${duplicates.count}`, renderTable(output, duplicateColumns, rows))
  }
  return lines
}

function toAttemptRow({ begunAt, number, outcome, durationMs, worker = '', error }: AttemptRecord) {
  const took = durationMs === undefined ? '' : `${durationMs.toLocaleString('en')} ms`
  const thrown = error === undefined ? '' : `${error.name}: ${error.message}`
  return [toTime(begunAt), String(number), [styles[outcome], outcome] as const, took, worker, thrown]
}
