import type { Attempt, Inbox, KeptEvent, KeptEventRunner } from '@sallyport/core'
import type { Engine, EventFilter, EventPage, InboxStats, NewEvent, OrderMode, Page, StoredEvent } from './engine.ts'
import { InboxError } from './inbox-error.ts'
import { redactHeaders } from './redact-headers.ts'
import { publish, type InboxReport } from './report.ts'
import { toRetryPolicy, type RetryPolicy } from './retry-policy.ts'
import { createSqliteEngine } from './sqlite/engine.ts'

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
  readonly orderBy?: (event: KeptEvent) => string | undefined
  /** Where handlers run: in this process, or nowhere until `createWorker` is called. @default 'here' */
  readonly work?: 'here' | 'elsewhere'
  /** Milliseconds the store may take to accept before the sender is told to come back. @default 5_000 */
  readonly acceptTimeoutMs?: number
  /** Keep authorization and signature headers too. @default false */
  readonly keepSecretHeaders?: boolean
  /** Told of everything that happens to an event. */
  readonly onReport?: (report: InboxReport) => void
}

/** An inbox with what operating it needs. */
export interface OperatedInbox extends Inbox {
  readonly engine: Engine
  /** Begins to run handlers in this process, for `work: 'elsewhere'`. */
  work(): Promise<void>
  list(filter?: EventFilter & Page): Promise<EventPage>
  /** One event, its body included. */
  get(key: string): Promise<StoredEvent | undefined>
  /** Makes one dead or done event pending again. */
  replay(key: string): Promise<boolean>
  /** Makes every finished event of a selection pending again; resolves to how many. */
  replayAll(filter: EventFilter): Promise<number>
  /** Removes one event, and the memory of its key. */
  discard(key: string): Promise<boolean>
  stats(): Promise<InboxStats>
}

/**
 * Makes an inbox: a 2xx is sent only after the event is on disk, every accepted event is handled at least once, duplicates
 * are dropped for the retention period. Never "exactly once".
 *
 * It opens at once; `ready()` tells how that went. A receiver that gets it waits for that by itself.
 *
 * @throws InboxError `INBOX_OPTION_INVALID`; `INBOX_UNSUPPORTED` for an order the engine cannot keep
 * @example
 * const inbox = createInbox({ engine: createSqliteEngine({ path: 'events.db' }), retry: { attempts: 5 } })
 * createReceiver(sonzai(), { secret, inbox })
 */
export function createInbox(options: InboxOptions): OperatedInbox {
  const { engine, concurrency = 10, order = 'none', orderBy, work: place = 'here', acceptTimeoutMs = 5_000 } = options
  const retry = toRetryPolicy(options.retry)
  checkOptions(options)
  const runners = new Map<string, KeptEventRunner>()
  let isStopped = false
  let opening: Promise<void> | undefined
  let working: Promise<void> | undefined

  function ready(): Promise<void> {
    if (isStopped) return Promise.reject(new InboxError('INBOX_STOPPED'))
    // What failed once may succeed when the store is back.
    opening ??= engine.start().catch((error: unknown) => {
      opening = undefined
      throw error
    })
    return opening
  }

  function tell(report: InboxReport): void {
    publish(report)
    try {
      options.onReport?.(report)
    } catch (error) {
      console.error('sallyport: onReport failed:', error)
    }
  }

  async function run(event: StoredEvent, attempt: Attempt): Promise<void> {
    const runner = runners.get(event.provider)
    if (runner === undefined) throw new Error(`no receiver for provider "${event.provider}" is attached`)
    await runner(event, attempt)
  }

  async function work(): Promise<void> {
    await ready()
    working ??= engine.consume(run, {
      concurrency,
      retry,
      order,
      onOutcome: ({ event, outcome, attempt, error }) =>
        tell({ ...nameOf(event), outcome, attempt, ...(error === undefined ? undefined : { error }) }),
    })
    await working
  }

  async function store(event: KeptEvent): Promise<'stored' | 'duplicate'> {
    await ready()
    const orderKey = orderBy?.(event)
    const kept: NewEvent = options.keepSecretHeaders ? event : redactHeaders(event)
    const [answer] = await engine.accept([orderKey === undefined ? kept : { ...kept, orderKey }])
    tell({ ...nameOf(event), outcome: answer! })
    return answer!
  }

  const inbox: OperatedInbox = {
    name: engine.name,
    engine,
    ready,
    work,
    accept: (event) => withTimeout(store(event), acceptTimeoutMs),
    attach(provider, runner) {
      runners.set(provider, runner)
      // In the next turn, when the handlers of this one are registered. What fails is tried again by the next delivery.
      if (place === 'here') setImmediate(() => void work().catch(() => {}))
    },
    async stop({ drainMs = 10_000 } = {}) {
      isStopped = true
      await opening?.catch(() => {})
      await engine.stop({ drainMs })
    },
    async list({ limit, after, ...filter } = {}) {
      await ready()
      return engine.list(filter, { ...(limit === undefined ? undefined : { limit }), ...(after === undefined ? undefined : { after }) })
    },
    async get(key) {
      await ready()
      return engine.get(key)
    },
    async replay(key) {
      return (await inbox.replayAll({ keys: [key] })) > 0
    },
    async replayAll(filter) {
      await ready()
      return engine.replay(filter)
    },
    async discard(key) {
      await ready()
      return (await engine.discard({ keys: [key] })) > 0
    },
    async stats() {
      await ready()
      return engine.stats()
    },
  }
  ready().catch(() => {})
  return inbox
}

/**
 * Opens an embedded inbox in one file; what `createReceiver(…, { inbox: 'events.db' })` does.
 *
 * @example
 * const inbox = openInbox('events.db')
 */
export function openInbox(path: string): OperatedInbox {
  return createInbox({ engine: createSqliteEngine({ path }) })
}

function checkOptions({ engine, concurrency = 10, order = 'none', orderBy, acceptTimeoutMs = 5_000 }: InboxOptions): void {
  if (!Number.isInteger(concurrency) || concurrency < 1) throw new InboxError('INBOX_OPTION_INVALID', 'concurrency must be a whole number above 0')
  if (!(acceptTimeoutMs > 0)) throw new InboxError('INBOX_OPTION_INVALID', 'acceptTimeoutMs must be above 0')
  if (order !== 'none' && orderBy === undefined) throw new InboxError('INBOX_OPTION_INVALID', `order "${order}" needs orderBy`)
  if (order === 'none' && orderBy !== undefined) throw new InboxError('INBOX_OPTION_INVALID', 'orderBy needs order "serial" or "strict"')
  if (!engine.promises.order.includes(order)) throw new InboxError('INBOX_UNSUPPORTED', `${engine.name} cannot keep order "${order}"`)
}

function nameOf({ key, provider, type, id }: KeptEvent): Pick<InboxReport, 'key' | 'provider' | 'type' | 'id'> {
  return { key, provider, type, id }
}

// The store may still commit after this: the sender's retry is a duplicate then, and nothing is lost.
async function withTimeout<Result>(work: Promise<Result>, timeoutMs: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new InboxError('INBOX_TIMEOUT')), timeoutMs)
  })
  return Promise.race([work, deadline]).finally(() => clearTimeout(timer))
}
