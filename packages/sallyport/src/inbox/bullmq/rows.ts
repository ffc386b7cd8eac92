import { createHash } from 'node:crypto'
import type { InboxEvent } from '../../receive/inbox.ts'
import type { JobsOptions } from 'bullmq'
import type { StoredEvent } from '../engine.ts'
import { toFailureShape } from '../failure-shape.ts'

/** The data of a job. The job's name is the event's type. */
export interface JobData {
  /**
   * In base64, which JSON leaves as it is. First, so that a listing can cut it off without parsing.
   */
  readonly body: string
  readonly event: Omit<InboxEvent, 'type' | 'body'>
}

/** Options of every job. */
export const jobOptions = {
  // Consumers decide, by their retry policy: see `backoffStrategy`.
  attempts: 1_000_000_000,
  backoff: { type: 'sallyport' },
  // A consumer raises it, for attempts in a form of its own. A stack of BullMQ holds paths of the machine.
  stackTraceLimit: 0,
  // Done jobs stay for the retention: the job is the memory of the key.
  removeOnComplete: false,
  removeOnFail: false,
} as const satisfies JobsOptions

/**
 * The id of an event's job. Hashed, because BullMQ rejects `:` and integers, and a key like `wait` would be one of the queue's
 * own.
 */
export function toJobId(key: string): string {
  return createHash('sha256').update(key).digest('base64url')
}

export function toJobData({ type: _type, body, orderKey, ...event }: InboxEvent): JobData {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  return { body: bytes.toString('base64'), event: orderKey === undefined ? event : { ...event, orderKey } }
}

/** What a job says of an event besides its data. */
export type Progress = Pick<
  StoredEvent,
  'type' | 'state' | 'attempts' | 'storedAt' | 'dueAt' | 'finishedAt' | 'error' | 'failure'
>

export function toStoredEvent({ body, event }: JobData, progress: Progress): StoredEvent {
  return { ...event, ...progress, body: Buffer.from(body, 'base64') }
}

/**
 * What the last attempt of a job failed with.
 *
 * @param error that BullMQ keeps until the job is replayed
 * @param kept of a job that failed under this format
 */
export function toFailure(error: string | null, kept: string | null): string | undefined {
  if (error === null) return undefined
  if (kept !== null) return kept
  const [, name = 'Error', message = error] = /^([\w.$-]{1,100}): (.*)$/s.exec(error) ?? []
  return toFailureShape({ name, message, stack: [] })
}

/** Whether data is an event's; a queue may have other jobs. */
export function isJobData(data: unknown): data is JobData {
  const { body, event } = (data ?? {}) as Partial<JobData>
  return typeof body === 'string' && typeof event === 'object' && typeof event.key === 'string'
}
