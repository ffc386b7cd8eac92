import { printError } from '../errors/print-error.ts'
import { allow, longestTimer } from '../options/allow.ts'
import { checkOptions, checkValue, type OptionRules } from '../options/check-options.ts'
import { invalid } from './inbox-error.ts'
import type { Inbox } from './inbox.ts'

/** Options of `createWorker`. */
export interface WorkerOptions {
  /** Signals that stop it. A second one ends the process as usual. @default ['SIGTERM', 'SIGINT'] */
  readonly signals?: readonly NodeJS.Signals[] | undefined
  /** Milliseconds to wait for running handlers before they are aborted. @default 10_000 */
  readonly drainMs?: number | undefined
}

/** A process that handles stored events. */
export interface Worker {
  /**
   * Resolves when handling has begun; rejects with the reason it has not. It is retried every second.
   *
   * @throws InboxError
   */
  ready(): Promise<void>
  /** Begins no more, waits for running handlers, and closes the inbox. */
  stop(): Promise<void>
  /** Resolves when it has stopped, for whatever reason. */
  readonly stopped: Promise<void>
}

const rules: OptionRules<WorkerOptions> = {
  signals: allow.listOf(allow.filled, 'signals'),
  drainMs: allow.number(0),
}

// Anything with an inbox will do.
const receiverRule = { ...allow.record, allowed: 'what createReceiver returns' }

/** What a worker needs of a receiver. */
export interface ReceiverWithInbox {
  readonly inbox: Inbox | undefined
}

/**
 * Handles events that other processes store. Create the inbox with `work: 'elsewhere'` there and here, and register the
 * handlers here. It keeps the process alive, and drains on SIGTERM.
 *
 * @param receiver one, or all that share an inbox
 * @throws InboxError `INBOX_OPTION_INVALID` for a receiver without an inbox
 * @example
 * const worker = createWorker(receiver, { drainMs: 30_000 })
 * await worker.stopped
 */
export function createWorker(
  receiver: ReceiverWithInbox | readonly ReceiverWithInbox[],
  options: WorkerOptions = {},
): Worker {
  checkOptions('createWorker', options, rules, invalid)
  const { signals = ['SIGTERM', 'SIGINT'], drainMs = 10_000 } = options
  const receivers = [receiver].flat()
  for (const one of receivers) checkValue('createWorker', 'the receiver', one, receiverRule, invalid)
  const inboxes = new Set(receivers.map(({ inbox }) => inbox ?? invalid('a receiver of createWorker has no inbox')))
  const forEach = (work: (inbox: Inbox) => Promise<void>): Promise<unknown> => Promise.all(Array.from(inboxes, work))
  const stopped = forEach((inbox) => inbox.stopped).then(release)
  const keepAlive = setInterval(() => {}, longestTimer)
  for (const signal of signals) process.once(signal, stopBySignal)

  function stopBySignal(): void {
    forgetSignals()
    stop().catch((error: unknown) => printError('sallyport: the worker did not stop cleanly:', error))
  }

  function forgetSignals(): void {
    for (const signal of signals) process.off(signal, stopBySignal)
  }

  function release(): void {
    clearInterval(keepAlive)
    forgetSignals()
  }

  async function ready(): Promise<void> {
    await forEach((inbox) => inbox.work())
  }

  async function stop(): Promise<void> {
    await forEach((inbox) => inbox.stop({ drainMs }))
    await stopped
  }

  // The inbox tries again by itself, and reports why.
  ready().catch(() => {})
  return { ready, stop, stopped }
}
