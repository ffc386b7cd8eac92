import type { StoredEvent } from '../engine.ts'
import type { InboxEvent } from '../../receive/inbox.ts'
import { aside, states } from './schema.ts'

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
  /** When the last attempt began, and who made it. */
  readonly begun_at: number | null
  readonly worker: string | null
  readonly body?: Uint8Array
}

/** A new row, in a form that crosses to the thread quickly; an event with all its headers does not. */
export interface NewRow {
  readonly key: string
  readonly provider: string
  readonly type: string
  readonly id: string
  readonly orderKey: string | null
  /** Everything without its own column, as JSON. */
  readonly envelope: string
  /** In separate memory, which is transferred. */
  readonly body: Uint8Array<ArrayBuffer>
}

export function toRow({ key, provider, type, id, orderKey, body, ...rest }: InboxEvent): NewRow {
  return {
    key,
    provider,
    type,
    id,
    orderKey: orderKey ?? null,
    envelope: JSON.stringify(rest),
    body: new Uint8Array(body),
  }
}

const noBody = new Uint8Array()

/** The event of a row. The body is empty where a listing left it out. */
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
    dueAt: row.state !== 0 ? undefined : row.due_at === aside ? row.stored_at : row.due_at,
    finishedAt: row.finished_at ?? undefined,
    error: row.error ?? undefined,
    orderKey: row.order_key ?? undefined,
  }
}
