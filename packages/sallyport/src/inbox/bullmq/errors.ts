import type { AttemptResult } from '../attempt.ts'
import type { AttemptRecord } from '../history.ts'
import { InboxError } from '../inbox-error.ts'

/**
 * The `InboxError` for an error of Redis or its client. Only codes are taken over: the client's errors hold the command that
 * failed, and with it the event.
 */
export function toInboxError(error: unknown): InboxError {
  if (InboxError.is(error)) return error
  const texts = messagesOf(error)
  if (texts.some((text) => replyCode(text) === 'OOM'))
    return new InboxError('INBOX_FULL', 'Redis: OOM, maxmemory is reached')
  if (texts.includes('Command timed out')) return new InboxError('INBOX_TIMEOUT', 'Redis did not answer')
  const code = texts.map(replyCode).findLast((found) => found !== undefined)
  if (code !== undefined) return new InboxError('INBOX_UNAVAILABLE', `Redis: ${code}`)
  const { code: reason } = (error ?? {}) as { code?: unknown }
  return new InboxError('INBOX_UNAVAILABLE', `no connection to Redis${typeof reason === 'string' ? `: ${reason}` : ''}`)
}

/** The first word of an error that Redis answers with: `OOM`, `READONLY`, `WRONGPASS`. Redis 6 quotes that of a script. */
export function replyCode(message: string): string | undefined {
  return /^(?:ERR Error running script .*: -)?([A-Z]{3,}) /.exec(message)?.[1]
}

/** Runs `work`; a failure becomes an `InboxError`. */
export async function withInboxErrors<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw toInboxError(error)
  }
}

/** Whether a script of BullMQ refused what was asked, because the job is no longer where it was; other errors are Redis's. */
export function isRefused(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown }
  return typeof code === 'number' && code < 0
}

// A transaction fails with one error that holds those of its commands.
function messagesOf(error: unknown): string[] {
  const { message = '', previousErrors = [] } = (error ?? {}) as { message?: string; previousErrors?: Error[] }
  return [message, ...previousErrors.map((previous) => previous.message)]
}

/** What BullMQ gets for an attempt that was not handled: a message it may keep, and when to retry. */
export class HandlerFailure extends Error {
  override readonly name = 'HandlerFailure'
  readonly result: AttemptResult
  /** For BullMQ's `backoffStrategy`; -1 fails the job for good. */
  readonly waitMs: number

  /** @param attempt BullMQ writes it with the outcome, as the stack of this error */
  constructor(result: AttemptResult, attempt: AttemptRecord) {
    super(result.error)
    this.stack = JSON.stringify(attempt)
    this.result = result
    this.waitMs = result.waitMs ?? -1
  }
}
