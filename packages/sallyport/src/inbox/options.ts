import type { InboxEvent } from '../receive/inbox.ts'
import { longestTimer } from '../verify/options.ts'
import type { Engine, EventFilter, EventState, OrderMode, Page } from './engine.ts'
import { checkPositive, InboxError, invalid } from './inbox-error.ts'
import type { InboxReport } from './report.ts'
import type { RetryOptions } from './retry-policy.ts'

/** Options of `createInbox`. */
export interface InboxOptions {
  /** Where events are stored. */
  readonly engine: Engine
  /** Handlers that run at the same time. @default 10 */
  readonly concurrency?: number | undefined
  /** When failed events are retried. @default 8 attempts within 20 minutes */
  readonly retry?: RetryOptions | undefined
  /** How events with the same order key follow each other; needs `orderBy`. @default 'none' */
  readonly order?: OrderMode | undefined
  /** The order key of an event, from its verified content; `undefined` for an event without an order. */
  readonly orderBy?: ((event: InboxEvent) => string | undefined) | undefined
  /** Where handlers run: in this process, or nowhere until `createWorker` is called. @default 'here' */
  readonly work?: 'here' | 'elsewhere' | undefined
  /** Milliseconds to wait for the store before the sender gets a 503. @default 5_000 */
  readonly storeTimeoutMs?: number | undefined
  /** Keep authorization and signature headers too, and credentials in the URL. @default false */
  readonly keepSecretHeaders?: boolean | undefined
  /** Further headers and URL parameters whose values are credentials, by name. @default none */
  readonly redact?: readonly string[] | undefined
  /** Called with everything that happens to an event. */
  readonly onReport?: ((report: InboxReport) => void) | undefined
  /**
   * Called when the store cannot be opened, its events cannot be handled, or its log cannot be cleared. The inbox tries again.
   * @default prints each new error to stderr
   */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** Options with none left out. */
export type Filled<Options> = { readonly [Name in keyof Options]-?: Exclude<Options[Name], undefined> }

/** Options over their defaults; `undefined` takes the default too. */
export function withDefaults<Options extends object, Name extends keyof Options>(
  options: Options,
  defaults: Filled<Pick<Options, Name>>,
): Omit<Options, Name> & Filled<Pick<Options, Name>> {
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  return { ...defaults, ...(Object.fromEntries(given) as Options & Filled<Pick<Options, Name>>) }
}

/** @throws InboxError `INBOX_OPTION_INVALID`; `INBOX_UNSUPPORTED` for an order the engine cannot keep */
export function checkOptions(options: InboxOptions): void {
  const { engine, concurrency = 10, order = 'none', orderBy, work = 'here', storeTimeoutMs = 5_000, redact } = options
  if (!Number.isInteger(concurrency) || concurrency < 1)
    invalid(`concurrency must be an integer above 0, not ${concurrency}`)
  checkPositive({ storeTimeoutMs }, longestTimer)
  if (work !== 'here' && work !== 'elsewhere') invalid(`work must be 'here' or 'elsewhere', not ${String(work)}`)
  if (order !== 'none' && orderBy === undefined) invalid(`order '${order}' needs orderBy`)
  if (order === 'none' && orderBy !== undefined) invalid("orderBy needs order 'serial' or 'strict'")
  if (redact !== undefined && !isNameList(redact))
    invalid('redact must be a list of names of headers and URL parameters')
  if (redact !== undefined && options.keepSecretHeaders) invalid('redact has no effect with keepSecretHeaders')
  if (!engine.promises.order.includes(order)) {
    throw new InboxError('INBOX_UNSUPPORTED', `${engine.name} does not support order '${order}'`)
  }
}

function isNameList(names: unknown): boolean {
  return Array.isArray(names) && names.every((name) => typeof name === 'string' && name !== '')
}

/** Asks for the order key of an event. @throws InboxError `INBOX_OPTION_INVALID` for one that is no key */
export function readOrderKey(orderBy: InboxOptions['orderBy'], event: InboxEvent): string | undefined {
  const key: unknown = orderBy?.(event)
  if (key === undefined || (typeof key === 'string' && key !== '')) return key
  // An empty or null key by mistake would put all events into one line.
  return invalid('orderBy must return undefined or a string that is not empty')
}

const states: readonly EventState[] = ['pending', 'active', 'done', 'dead']

/** Checks a selection before it reaches an engine. @throws InboxError `INBOX_OPTION_INVALID` */
export function checkSelection({ state, since, limit }: EventFilter & Page): void {
  if (state !== undefined && !states.includes(state)) invalid(`state must be one of ${states.join(', ')}`)
  if (since !== undefined && !Number.isFinite(since)) invalid('since must be milliseconds since 1970')
  if (limit !== undefined && (!Number.isSafeInteger(limit) || limit < 1))
    invalid(`limit must be an integer above 0, not ${String(limit)}`)
}
