import { InboxError } from 'sallyport/inbox'
import { SallyportError } from 'sallyport'
import { ConsoleError } from './console-error.ts'

/**
 * Waits at most so long for the store.
 *
 * @throws ConsoleError `CONSOLE_STORE_SLOW`, `CONSOLE_STORE_FAILED`; `CONSOLE_REQUEST_INVALID` where the store rejects a filter
 */
export async function withDeadline<Result>(timeoutMs: number, work: () => Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new ConsoleError('CONSOLE_STORE_SLOW')), timeoutMs)
  })
  try {
    return await Promise.race([work(), late])
  } catch (error) {
    throw toStoreError(error)
  } finally {
    clearTimeout(timer)
  }
}

/** What a visitor is told about a failure of the store: no message of a database, which may hold its address. */
export function toStoreError(cause: unknown): ConsoleError {
  if (ConsoleError.is(cause)) return cause
  if (InboxError.is(cause) && cause.code === 'INBOX_OPTION_INVALID')
    return new ConsoleError('CONSOLE_REQUEST_INVALID', 'the store does not take this filter or cursor', { cause })
  const detail = SallyportError.is(cause) ? `${cause.title} (${cause.code})` : undefined
  return new ConsoleError('CONSOLE_STORE_FAILED', detail, { cause })
}
