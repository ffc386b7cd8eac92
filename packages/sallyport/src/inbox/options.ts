import type { InboxEvent } from '../receive/inbox.ts'
import { allow, longestTimer } from '../options/allow.ts'
import { checkOptions, type OptionRules } from '../options/check-options.ts'
import type { Engine, EventFilter, EventState, OrderMode, Page } from './engine.ts'
import { InboxError, invalid } from './inbox-error.ts'
import { loggerRule, type Logger } from '../logger/logger.ts'
import type { InboxReport } from './report.ts'
import { checkRetry, type RetryOptions } from './retry-policy.ts'

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
   * @default prints each new error to stderr, without a `logger`
   */
  readonly onError?: ((error: unknown) => void) | undefined
  /**
   * Gets one line per failed attempt, and per error that `onError` gets: `console`, pino, `fastify.log`, winston or bunyan.
   * @default that of the receiver for attempts, else none
   */
  readonly logger?: Logger | undefined
}

const rules: OptionRules<InboxOptions> = {
  engine: {
    ...allow.required(
      allow.having('what createSqliteEngine() or another engine returns', 'start', 'insert', 'consume'),
    ),
    explain: (value) => (typeof value === 'function' ? 'call it' : undefined),
  },
  concurrency: allow.integer(1),
  retry: allow.record,
  order: allow.oneOf('none', 'serial', 'strict'),
  orderBy: allow.function,
  work: allow.oneOf('here', 'elsewhere'),
  storeTimeoutMs: allow.above0(longestTimer),
  keepSecretHeaders: allow.flag,
  redact: allow.listOf(allow.filled, 'names of headers and URL parameters'),
  onReport: allow.function,
  onError: allow.function,
  logger: loggerRule,
}

/** @throws InboxError `INBOX_OPTION_INVALID`; `INBOX_UNSUPPORTED` for an order the engine cannot keep */
export function checkInboxOptions(options: InboxOptions): void {
  checkOptions('createInbox', options, rules, invalid)
  checkRetry(options.retry)
  const { engine, order = 'none', orderBy, redact } = options
  if (order !== 'none' && orderBy === undefined) invalid(`order '${order}' needs orderBy`)
  if (order === 'none' && orderBy !== undefined) invalid("orderBy needs order 'serial' or 'strict'")
  if (redact !== undefined && options.keepSecretHeaders) invalid('redact has no effect with keepSecretHeaders')
  if (!engine.promises.order.includes(order)) {
    throw new InboxError('INBOX_UNSUPPORTED', `${engine.name} does not support order '${order}'`)
  }
}

/** Asks for the order key of an event. @throws InboxError `INBOX_OPTION_INVALID` for one that is no key */
export function readOrderKey(orderBy: InboxOptions['orderBy'], event: InboxEvent): string | undefined {
  const key: unknown = orderBy?.(event)
  if (key === undefined || (typeof key === 'string' && key !== '')) return key
  // An empty or null key by mistake would put all events into one line.
  return invalid('orderBy must return undefined or a string that is not empty')
}

const states: readonly EventState[] = ['pending', 'active', 'done', 'dead']

const filterRules: OptionRules<EventFilter> = {
  state: allow.oneOf(...states),
  provider: allow.text,
  type: allow.text,
  since: { allowed: 'milliseconds since 1970', accepts: Number.isFinite },
  until: { allowed: 'milliseconds since 1970', accepts: Number.isFinite },
  tenant: allow.text,
  orderKey: allow.text,
  failure: {
    allowed: 'the failure of a group, true or false',
    accepts: (value) => typeof value === 'boolean' || typeof value === 'string',
  },
  search: allow.text,
  keys: allow.listOf(allow.text, 'keys'),
}

const queryRules: OptionRules<EventFilter & Page> = {
  ...filterRules,
  limit: allow.integer(1, Number.MAX_SAFE_INTEGER),
  after: allow.text,
  sort: allow.oneOf('oldest', 'newest'),
  mostLooks: allow.integer(1, Number.MAX_SAFE_INTEGER),
}

/** Checks a selection before it reaches an engine: a misspelt member would select more. @throws InboxError `INBOX_OPTION_INVALID` */
export function checkSelection(selection: EventFilter): void {
  checkOptions('inbox', selection, filterRules, invalid)
}

/** Checks what a listing is asked for. @throws InboxError `INBOX_OPTION_INVALID` */
export function checkQuery(query: EventFilter & Page): void {
  checkOptions('inbox', query, queryRules, invalid)
}
