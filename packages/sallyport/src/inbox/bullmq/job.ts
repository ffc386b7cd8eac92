import { createHash } from 'node:crypto'
import type { InboxEvent } from '../../receive/inbox.ts'
import type { JobsOptions } from 'bullmq'
import type { StoredEvent } from '../engine.ts'

/** What BullMQ keeps as a job's data. The job's name is the event's type. */
export interface JobData {
  /**
   * In base64, which JSON leaves as it is. First, so that a listing can cut it off without reading it.
   */
  readonly body: string
  readonly event: Omit<InboxEvent, 'type' | 'body'>
}

/** Options of every job. */
export const jobOptions = {
  // Workers decide, by the policy they were given: see `backoffStrategy`.
  attempts: 1_000_000_000,
  backoff: { type: 'sallyport' },
  // Stacks hold paths of the machine.
  stackTraceLimit: 0,
  // What is done is kept by our own retention: the job is the memory of the key.
  removeOnComplete: false,
  removeOnFail: false,
} as const satisfies JobsOptions

/**
 * The id of an event's job. Hashed, because BullMQ refuses `:` and whole numbers, and a key like `wait` would be one of the
 * queue's own.
 */
export function toJobId(key: string): string {
  return createHash('sha256').update(key).digest('base64url')
}

export function toJobData({ type: _type, body, orderKey, ...event }: InboxEvent): JobData {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  return { body: bytes.toString('base64'), event: orderKey === undefined ? event : { ...event, orderKey } }
}

/** What is known of an event's way besides its data. */
export type Progress = Pick<StoredEvent, 'type' | 'state' | 'attempts' | 'storedAt' | 'dueAt' | 'finishedAt' | 'error'>

export function toStoredEvent({ body, event }: JobData, progress: Progress): StoredEvent {
  return { ...event, ...progress, body: Buffer.from(body, 'base64') }
}

/** Whether data is an event's: anybody may add other jobs to a queue. */
export function isJobData(data: unknown): data is JobData {
  const { body, event } = (data ?? {}) as Partial<JobData>
  return typeof body === 'string' && typeof event === 'object' && typeof event.key === 'string'
}
