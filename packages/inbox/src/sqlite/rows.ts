import type { NewEvent, StoredEvent } from '../engine.ts'
import { states } from './schema.ts'

/** A row of `events`, with its body where that was asked for. */
export interface EventRow {
  readonly seq: number
  readonly key: string
  readonly state: number
  readonly provider: string
  readonly type: string
  readonly id: string
  readonly order_key: string | null
  readonly attempts: number
  readonly stored_at: number
  readonly due_at: number
  readonly finished_at: number | null
  readonly error: string | null
  readonly envelope: string
  readonly body?: Uint8Array
}

/** What of an event has no column of its own, as JSON. */
export function toEnvelope(event: NewEvent): string {
  const { key: _key, provider: _provider, type: _type, id: _id, orderKey: _orderKey, body: _body, ...rest } = event
  return JSON.stringify(rest)
}

const noBody = new Uint8Array()

/** The event of a row. Listings leave the body out: it is empty then. */
export function toStoredEvent(row: EventRow): StoredEvent {
  const { key, provider, type, id, attempts } = row
  return {
    ...(JSON.parse(row.envelope) as Omit<StoredEvent, 'key' | 'provider' | 'type' | 'id' | 'body'>),
    key,
    provider,
    type,
    id,
    attempts,
    body: row.body ?? noBody,
    state: states[row.state]!,
    storedAt: row.stored_at,
    ...(row.state === 0 ? { dueAt: row.due_at } : undefined),
    ...(row.finished_at === null ? undefined : { finishedAt: row.finished_at }),
    ...(row.error === null ? undefined : { error: row.error }),
    ...(row.order_key === null ? undefined : { orderKey: row.order_key }),
  }
}
