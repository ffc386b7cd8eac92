import { hash } from 'node:crypto'
import type { InboxEvent } from '../../receive/inbox.ts'
import type { EventState, StoredEvent } from '../engine.ts'
import type { Row } from './postgres.ts'

const states: Readonly<Record<string, EventState>> = {
  created: 'pending',
  retry: 'pending',
  active: 'active',
  completed: 'done',
  cancelled: 'dead',
  failed: 'dead',
}

/** The state of an event by that of its job. */
export function toState(jobState: unknown): EventState {
  return states[String(jobState)] ?? 'dead'
}

const noBody = new Uint8Array()

/** The event of a row. The body is empty where a listing left it out. */
export function toStoredEvent(row: Row): StoredEvent {
  const state = toState(row['state'])
  const { finished_at: finishedAt, error, failure } = row
  return {
    ...(JSON.parse(String(row['envelope'])) as InboxEvent),
    body: row['body'] === undefined ? noBody : (row['body'] as Uint8Array),
    state,
    attempts: Number(row['attempts']),
    storedAt: Number(row['stored_at']),
    dueAt: state === 'pending' ? Number(row['due_at']) : undefined,
    finishedAt: finishedAt === null ? undefined : Number(finishedAt),
    error: typeof error === 'string' ? error : undefined,
    failure: typeof failure === 'string' && state !== 'active' && state !== 'done' ? failure : undefined,
  }
}

/**
 * The job id of an event key: a version 8 UUID (RFC 9562, 5.8) from its SHA-256, so that pg-boss's primary key drops
 * duplicates. Keys are hashed as JSON, because text with half a surrogate pair has no UTF-8 of its own.
 */
export function toEventId(key: string): string {
  const digest = hash('sha256', JSON.stringify(key), 'buffer')
  digest[6] = (digest[6]! & 0x0f) | 0x80
  digest[8] = (digest[8]! & 0x3f) | 0x80
  const hex = digest.toString('hex', 0, 16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** Text in a form that PostgreSQL can hold: without U+0000 and half surrogate pairs. For searching, never the original. */
export function toText(value: string): string {
  return value.toWellFormed().replaceAll('\0', '\uFFFD')
}
