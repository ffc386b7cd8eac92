import { clip } from '../errors/visible-text.ts'
import { SallyportError } from '../errors/sallyport-error.ts'

/** Every code an inbox fails with, and what it means. */
export const inboxErrorCodes = {
  INBOX_SETTINGS_WEAK: 'The store is set up to keep less than an inbox promises',
  INBOX_UNSUPPORTED: 'The store is too old, or cannot keep an option that was asked for',
  INBOX_MISSING: 'There is no inbox at this place',
  INBOX_LOCKED: 'Another process works on this inbox',
  INBOX_NO_RECEIVER: 'Events wait for a receiver that this process does not have',
  INBOX_SCHEMA_NEWER: 'The store was written by a newer version of this package',
  INBOX_UNAVAILABLE: 'The store cannot be reached or written',
  INBOX_FULL: 'The store is as large as it may become',
  INBOX_LOG_STUCK: 'The log of the store cannot be cleared, and grows',
  INBOX_TIMEOUT: 'The store did not answer in time',
  INBOX_STOPPED: 'The inbox is stopped',
  INBOX_OPTION_INVALID: 'An option of the inbox is invalid',
} as const satisfies Record<string, string>

/** A stable code of an inbox; see `docs/inbox.md`. */
export type InboxErrorCode = keyof typeof inboxErrorCodes

const fixes: Readonly<Record<InboxErrorCode, string>> = {
  INBOX_SETTINGS_WEAK: 'Correct the settings of the store, or set durability to "as configured".',
  INBOX_UNSUPPORTED: 'Update the store, or leave the option out.',
  INBOX_MISSING: 'Correct the place, or start the receiver that creates the inbox.',
  INBOX_LOCKED: 'Stop the other process, or wait until it ends.',
  INBOX_NO_RECEIVER: 'Create a receiver for the provider with this inbox, here or in another process.',
  INBOX_SCHEMA_NEWER: 'Update sallyport.',
  INBOX_UNAVAILABLE: 'Check that the store is running and can be written.',
  INBOX_FULL: 'Discard events, shorten the retention, or raise the limit.',
  INBOX_LOG_STUCK: 'End the transaction that another connection or process reads the store in.',
  INBOX_TIMEOUT: 'Check the load of the store, or raise the timeout.',
  INBOX_STOPPED: 'Start the inbox, or create a new one.',
  INBOX_OPTION_INVALID: 'Correct the option that the message names.',
}

/**
 * What an inbox throws. The message never holds anything of an event.
 *
 * @example
 * await inbox.ready().catch((error) => { if (InboxError.is(error)) console.error(error.code, error.fix) })
 */
export class InboxError extends SallyportError<InboxErrorCode> {
  override readonly name = 'InboxError'
  /** What it was this time, where that is known. */
  readonly detail: string | undefined

  constructor(code: InboxErrorCode, detail?: string, options?: { readonly cause?: unknown }) {
    const title = inboxErrorCodes[code]
    super(code, detail === undefined ? title : `${title}: ${detail}`, { ...options, title, fix: fixes[code] })
    this.detail = detail
  }

  /** Whether `value` is an `InboxError`, also one from another copy of this package. */
  static override is(value: unknown): value is InboxError {
    return SallyportError.is(value) && Object.hasOwn(inboxErrorCodes, value.code)
  }
}

/** @throws InboxError `INBOX_OPTION_INVALID` */
export function invalid(detail: string): never {
  throw new InboxError('INBOX_OPTION_INVALID', detail)
}

const longestText = 500

// What is redacted is cut before and after: a message may be a whole response.
const longestRead = 10_000

/**
 * Name and message of an error, bounded; no stack, which may hold paths of the machine. Handlers throw anything.
 *
 * @param redact removes from it what must not be shown
 */
export function toErrorText(error: unknown, redact: (text: string) => string = (text) => text): string {
  const text = toText(error)
  return clip(redact(text.slice(0, longestRead)), longestText, Math.max(0, text.length - longestRead))
}

function toText(error: unknown): string {
  try {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  } catch {
    return 'an error without a text'
  }
}

/**
 * Waits at most so long for work. The work continues afterwards: the store may still commit, and the sender's retry is then
 * a duplicate.
 *
 * @throws InboxError `INBOX_TIMEOUT`
 */
export async function withTimeout<Result>(work: Promise<Result>, timeoutMs: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new InboxError('INBOX_TIMEOUT')), timeoutMs)
  })
  return Promise.race([work, deadline]).finally(() => clearTimeout(timer))
}
