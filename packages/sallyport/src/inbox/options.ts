import type { InboxEvent } from '../receive/inbox.ts'
import type { Engine, OrderMode } from './engine.ts'
import { InboxError } from './inbox-error.ts'
import type { InboxReport } from './report.ts'
import type { RetryPolicy } from './retry-policy.ts'

/** Options of `createInbox`. */
export interface InboxOptions {
  /** Where events are kept. */
  readonly engine: Engine
  /** Handlers at work at the same time. @default 10 */
  readonly concurrency?: number
  /** When failed events are tried again. @default 8 runs over about an hour */
  readonly retry?: Partial<RetryPolicy>
  /** How events with equal order keys follow each other; needs `orderBy`. @default 'none' */
  readonly order?: OrderMode
  /** The order key of an event, out of what was verified. `undefined` for events that follow nobody. */
  readonly orderBy?: (event: InboxEvent) => string | undefined
  /** Where handlers run: in this process, or nowhere until `createWorker` is called. @default 'here' */
  readonly work?: 'here' | 'elsewhere'
  /** Milliseconds the store may take to accept before the sender is told to come back. @default 5_000 */
  readonly storeTimeoutMs?: number
  /** Keep authorization and signature headers too, and credentials in the address. @default false */
  readonly keepSecretHeaders?: boolean
  /** Told of everything that happens to an event. */
  readonly onReport?: (report: InboxReport) => void
  /**
   * Told when the store cannot be opened, or its events not be worked on; it is tried again every second.
   * @default prints to stderr what was not printed before
   */
  readonly onError?: (error: unknown) => void
}

const longestTimer = 2 ** 31 - 1

/** @throws InboxError `INBOX_OPTION_INVALID`; `INBOX_UNSUPPORTED` for an order the engine cannot keep */
export function checkOptions(options: InboxOptions): void {
  const { engine, concurrency = 10, order = 'none', orderBy, work = 'here', storeTimeoutMs = 5_000 } = options
  const isTimer = storeTimeoutMs > 0 && storeTimeoutMs <= longestTimer
  if (!Number.isInteger(concurrency) || concurrency < 1) invalid('concurrency must be a whole number above 0')
  if (!isTimer) invalid(`storeTimeoutMs must be above 0 and at most ${longestTimer}`)
  if (work !== 'here' && work !== 'elsewhere') invalid("work must be 'here' or 'elsewhere'")
  if (order !== 'none' && orderBy === undefined) invalid(`order "${order}" needs orderBy`)
  if (order === 'none' && orderBy !== undefined) invalid('orderBy needs order "serial" or "strict"')
  if (!engine.promises.order.includes(order)) {
    throw new InboxError('INBOX_UNSUPPORTED', `${engine.name} cannot keep order "${order}"`)
  }
}

/** Asks for the order key of an event. @throws InboxError `INBOX_OPTION_INVALID` for one that is no key */
export function readOrderKey(orderBy: InboxOptions['orderBy'], event: InboxEvent): string | undefined {
  const key: unknown = orderBy?.(event)
  if (key === undefined || (typeof key === 'string' && key !== '')) return key
  // One that is empty or null by mistake would put all events behind each other.
  return invalid('orderBy must return a string that is not empty, or undefined')
}

function invalid(detail: string): never {
  throw new InboxError('INBOX_OPTION_INVALID', detail)
}
