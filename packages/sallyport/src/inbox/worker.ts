import type { ReceiverInbox } from '../receive/inbox.ts'
import { InboxError } from './inbox-error.ts'
import type { Inbox } from './inbox.ts'

/** Options of `createWorker`. */
export interface WorkerOptions {
  /** Signals that stop it. A second one ends the process as if nobody listened. @default ['SIGTERM', 'SIGINT'] */
  readonly signals?: readonly NodeJS.Signals[]
  /** Milliseconds handlers at work get to end before they are aborted. @default 10_000 */
  readonly drainMs?: number
}

/** A process's part in the handling of events. */
export interface InboxWorker {
  /**
   * Resolves when handling has begun; rejects with the reason it has not, which is tried again every second.
   *
   * @throws InboxError
   */
  ready(): Promise<void>
  /** Begins no more, lets handlers at work end, and closes the inbox. */
  stop(): Promise<void>
  /** Resolves when it has stopped, whoever stopped it. */
  readonly stopped: Promise<void>
}

/** A receiver, as far as a worker is concerned. */
export interface ReceiverWithInbox {
  readonly inbox: ReceiverInbox | undefined
}

// A timer keeps a process alive; this one has nothing to do.
const longestTimer = 2 ** 31 - 1

/**
 * Handles the events that receivers of other processes keep: give the inbox `work: 'elsewhere'` there and here, and the
 * receiver its handlers here. It keeps the process alive, and drains on SIGTERM.
 *
 * @param receiver one, or all that share an inbox
 * @throws InboxError `INBOX_OPTION_INVALID` for a receiver without an inbox of this package
 * @example
 * const worker = createWorker(receiver, { drainMs: 30_000 })
 * await worker.stopped
 */
export function createWorker(
  receiver: ReceiverWithInbox | readonly ReceiverWithInbox[],
  { signals = ['SIGTERM', 'SIGINT'], drainMs = 10_000 }: WorkerOptions = {},
): InboxWorker {
  const receivers = Array.isArray(receiver)
    ? (receiver as readonly ReceiverWithInbox[])
    : [receiver as ReceiverWithInbox]
  const inboxes = [...new Set(receivers.map(({ inbox }) => toOperated(inbox)))]
  const stopped = Promise.all(inboxes.map((inbox) => inbox.stopped)).then(release)
  const keepAlive = setInterval(() => {}, longestTimer)
  for (const signal of signals) process.once(signal, stopBySignal)

  function stopBySignal(): void {
    forgetSignals()
    stop().catch((error: unknown) => console.error('sallyport: the worker did not stop in order:', error))
  }

  function forgetSignals(): void {
    for (const signal of signals) process.off(signal, stopBySignal)
  }

  function release(): void {
    clearInterval(keepAlive)
    forgetSignals()
  }

  async function ready(): Promise<void> {
    await Promise.all(inboxes.map((inbox) => inbox.work()))
  }

  async function stop(): Promise<void> {
    await Promise.all(inboxes.map((inbox) => inbox.stop({ drainMs })))
    await stopped
  }

  // The inbox tries again by itself, and tells why.
  ready().catch(() => {})
  return { ready, stop, stopped }
}

function toOperated(inbox: ReceiverInbox | undefined): Inbox {
  if (inbox !== undefined && 'work' in inbox) return inbox as Inbox
  throw new InboxError('INBOX_OPTION_INVALID', 'createWorker takes a receiver whose inbox was made with createInbox')
}
