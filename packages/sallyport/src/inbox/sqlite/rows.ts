import type { StoredEvent } from '../engine.ts'
import type { InboxEvent } from '../../receive/inbox.ts'
import { aside, stateNumber, states } from './schema.ts'

/** A row of `events`, with its body where that was asked for. */
export interface EventRow {
  readonly seq: number
  readonly key: string
  readonly state: number
  readonly provider: string
  readonly type: string
  readonly id: string
  readonly order_key: string | null
  readonly tenant: string | null
  readonly attempts: number
  readonly stored_at: number
  readonly due_at: number
  readonly finished_at: number | null
  readonly error: string | null
  /** What the last attempt failed with, also while the next one runs. */
  readonly failure: string | null
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
  readonly tenant: string | null
  /** Everything without its own column, as JSON. */
  readonly envelope: string
  /** In separate memory, which is transferred. */
  readonly body: Uint8Array<ArrayBuffer>
}

/** @param copy of the body, in separate memory */
export function toRow(
  { key, provider, type, id, orderKey, tenant, body, ...rest }: InboxEvent,
  copy: NewRow['body'] = new Uint8Array(body),
): NewRow {
  return {
    key,
    provider,
    type,
    id,
    orderKey: orderKey ?? null,
    tenant: tenant ?? null,
    envelope: JSON.stringify(rest),
    body: copy,
  }
}

// Copied in about two milliseconds.
const copyStep = 4 * 1024 * 1024

/** The rows of events. A promise only where a body is so large that copying it at once would block the event loop. */
export function toRows(events: readonly InboxEvent[]): NewRow[] | Promise<NewRow[]> {
  return events.some(({ body }) => body.byteLength > copyStep)
    ? toLargeRows(events)
    : events.map((event) => toRow(event))
}

async function toLargeRows(events: readonly InboxEvent[]): Promise<NewRow[]> {
  const rows: NewRow[] = []
  for (const event of events) rows.push(toRow(event, await copyInSteps(event.body)))
  return rows
}

async function copyInSteps(body: Uint8Array): Promise<NewRow['body']> {
  const copy = new Uint8Array(body.byteLength)
  for (let start = 0; start < body.byteLength; start += copyStep) {
    if (start > 0) await new Promise((resolve) => setImmediate(resolve))
    copy.set(body.subarray(start, start + copyStep), start)
  }
  return copy
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
    failure:
      row.state === stateNumber.pending || row.state === stateNumber.dead ? (row.failure ?? undefined) : undefined,
    orderKey: row.order_key ?? undefined,
    tenant: row.tenant ?? undefined,
  }
}
