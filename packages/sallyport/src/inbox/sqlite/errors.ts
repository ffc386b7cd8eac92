import { InboxError } from '../inbox-error.ts'
import type { Failure } from './thread-client.ts'

// https://www.sqlite.org/rescode.html
const primaryCodes = {
  busy: 5,
  noMemory: 7,
  readOnly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  protocol: 15,
  notADatabase: 26,
} as const

/** The primary result code of an error of SQLite; 0 for any other. */
function readCode(error: unknown): number {
  const { errcode } = error as { errcode?: unknown }
  return typeof errcode === 'number' ? errcode & 0xff : 0
}

/** Whether the store itself failed, and with it everything else in the transaction. */
export function isOfStore(error: unknown): boolean {
  return (Object.values(primaryCodes) as number[]).includes(readCode(error))
}

export function isFull(error: unknown): boolean {
  return readCode(error) === primaryCodes.full
}

export function isBusy(error: unknown): boolean {
  return readCode(error) === primaryCodes.busy
}

/** Whether the connection may be unusable now, so that the next request must open a new one. */
export function isOfConnection(error: unknown): boolean {
  return isOfStore(error) && !isFull(error) && !isBusy(error)
}

/** What crosses to the other thread: codes and SQLite's fixed texts, never values. */
export function toFailure(error: unknown): Failure {
  if (InboxError.is(error)) return { code: error.code, detail: error.detail }
  const { errstr, name = 'Error' } = error as { errstr?: string; name?: string }
  const detail = errstr === undefined ? `${name} in its thread` : `SQLite: ${errstr}`
  return { code: isFull(error) ? 'INBOX_FULL' : 'INBOX_UNAVAILABLE', detail }
}
