import type { EventState, StoredEvent } from 'sallyport/inbox'
import type { Style } from '../output.ts'
import { toSpan } from '../text/amounts.ts'
import type { Cell, Column } from '../text/table.ts'

/** The colour of a state. */
export const styleOfState: Readonly<Record<EventState, Style>> = {
  pending: 'yellow',
  active: 'cyan',
  done: 'green',
  dead: 'red',
}

const toTime = (time: number | undefined): string | undefined =>
  time === undefined ? undefined : new Date(time).toISOString()

/** An event as `--json` prints it: times in ISO 8601, no body, no headers. */
export function toRecord(event: StoredEvent): Record<string, unknown> {
  const { key, provider, type, id, state, attempts, error, failure, tenant, orderKey } = event
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
    failure,
  }
}

/** The columns of `toRow`. */
export const eventColumns: readonly Column[] = [
  { title: 'KEY' },
  { title: 'AGE', align: 'right' },
  { title: 'STATE' },
  { title: 'PROVIDER', cut: true },
  { title: 'TYPE', cut: true },
  { title: 'TRIES', align: 'right' },
  { title: 'ERROR', below: 'cut' },
]

/** An event as a row of a table. @param shortKey of `toShortKeys` */
export function toRow(event: StoredEvent, shortKey: string): Cell[] {
  const { provider, type, state, attempts, storedAt, error = '' } = event
  return [
    shortKey,
    toSpan(Math.max(0, Date.now() - storedAt)),
    [styleOfState[state], state],
    provider,
    type,
    String(attempts),
    error,
  ]
}
