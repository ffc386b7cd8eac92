import type { EventState, StoredEvent } from 'sallyport/inbox'
import { toLine, type Output, type Style } from '../output.ts'

const styles: Readonly<Record<EventState, Style>> = { pending: 'yellow', active: 'cyan', done: 'green', dead: 'red' }

const toTime = (time: number | undefined): string | undefined =>
  time === undefined ? undefined : new Date(time).toISOString()

/** An event as `--json` prints it: times in ISO 8601, no body, no headers. */
export function toRecord(event: StoredEvent): Record<string, unknown> {
  const { key, provider, type, id, state, attempts, error, tenant, orderKey } = event
  return {
    key,
    provider,
    type,
    id,
    state,
    attempts,
    tenant,
    orderKey,
    storedAt: toTime(event.storedAt),
    receivedAt: toTime(event.receivedAt),
    signedAt: toTime(event.signedAt),
    dueAt: toTime(event.dueAt),
    finishedAt: toTime(event.finishedAt),
    error,
  }
}

/** An event on one line. */
export function toRow(output: Output, event: StoredEvent): string {
  const { id, provider, type, state, attempts, storedAt, error } = event
  const failed = error === undefined ? '' : `  ${toLine(error)}`
  const parts = [toTime(storedAt)!.slice(0, 19).replace('T', ' '), output.style(styles[state], state.padEnd(7))]
  return `${parts.join('  ')}  ${toLine(provider).padEnd(10)} ${toLine(type)}  ${attempts}×  ${toLine(id)}${failed}`
}
