import type { EventState, StoredEvent } from '../engine.ts'
import type { InboxEvent } from '../../receive/inbox.ts'
import type { Row } from './postgres.ts'

/** What of a stored event is not in its envelope. */
const states: Readonly<Record<string, EventState>> = {
  created: 'pending',
  retry: 'pending',
  active: 'active',
  completed: 'done',
  cancelled: 'dead',
  failed: 'dead',
}

/** States of pg-boss's jobs, as a condition on `job.state`, whose enum is in the order of a job's life. */
export const stateConditions: Readonly<Record<EventState, string>> = {
  pending: `job.state < 'active'`,
  active: `job.state = 'active'`,
  done: `job.state = 'completed'`,
  dead: `job.state > 'completed'`,
}

/** The state of a job, in the words of an inbox. */
export function toState(jobState: unknown): EventState {
  return states[String(jobState)] ?? 'dead'
}

const noBody = new Uint8Array()

/** The event of a row. Listings leave the body out: it is empty then. */
export function toStoredEvent(row: Row): StoredEvent {
  const state = toState(row['state'])
  const { finished_at: finishedAt, error } = row
  return {
    ...(JSON.parse(String(row['envelope'])) as InboxEvent),
    body: row['body'] === undefined ? noBody : (row['body'] as Uint8Array),
    state,
    attempts: Number(row['attempts']),
    storedAt: Number(row['stored_at']),
    ...(state === 'pending' ? { dueAt: Number(row['due_at']) } : undefined),
    ...(finishedAt === null ? undefined : { finishedAt: Number(finishedAt) }),
    ...(typeof error === 'string' ? { error } : undefined),
  } as StoredEvent
}
