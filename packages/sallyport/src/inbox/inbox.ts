import type { Attempt, EventRunner, InboxEvent, ReceiverInbox } from '../receive/inbox.ts'
import { describeError } from './describe-error.ts'
import type { ConsumeOutcome, Engine, EventFilter, EventPage, InboxStats, Page, StoredEvent } from './engine.ts'
import { InboxError } from './inbox-error.ts'
import { checkOptions, readOrderKey, type InboxOptions } from './options.ts'
import { persist } from './persist.ts'
import { redactCredentials } from './redact-credentials.ts'
import { publish, type InboxReport } from './report.ts'
import { toRetryPolicy } from './retry-policy.ts'
import { checkSelection } from './selection.ts'
import { createSqliteEngine } from './sqlite/engine.ts'
import { withTimeout } from './with-timeout.ts'

/** An inbox with what operating it needs. */
export interface Inbox extends ReceiverInbox {
  readonly engine: Engine
  /**
   * Begins to run handlers in this process, for `work: 'elsewhere'`. What fails is tried again in the background.
   *
   * @throws InboxError as `ready`; `INBOX_LOCKED` while another process has the work of an engine that shares none
   */
  work(): Promise<void>
  /** Events without their bodies, a page at a time. @throws InboxError `INBOX_OPTION_INVALID` */
  list(filter?: EventFilter & Page): Promise<EventPage>
  /** One event, its body included. */
  get(key: string): Promise<StoredEvent | undefined>
  /** Makes one dead or done event pending again. */
  replay(key: string): Promise<boolean>
  /**
   * Makes the dead events of a selection pending again; those that are done only with `state: 'done'`. Resolves to how many.
   */
  replayAll(filter?: EventFilter): Promise<number>
  /** Removes one event, unless it is at work, and the memory of its key: a copy of it would be taken as new. */
  discard(key: string): Promise<boolean>
  /** Removes the dead events of a selection; those in another state only when the filter names it. Resolves to how many. */
  discardAll(filter?: EventFilter): Promise<number>
  stats(): Promise<InboxStats>
  /** Resolves when the inbox has stopped. */
  readonly stopped: Promise<void>
}

/**
 * Makes an inbox: a 2xx is sent only after the event is on disk, every accepted event is handled at least once, duplicates
 * are dropped for the retention period. Never "exactly once".
 *
 * It opens at once, and tries again every second if that fails; `ready()` tells how it went. A receiver that gets it waits for
 * that by itself. Stop it when the server has stopped: `server.close(() => inbox.stop())`.
 *
 * @throws InboxError `INBOX_OPTION_INVALID`; `INBOX_UNSUPPORTED` for an order the engine cannot keep
 * @example
 * const inbox = createInbox({ engine: createSqliteEngine({ path: 'events.db' }), retry: { attempts: 5 } })
 * createReceiver(sonzai(), { secret, inbox })
 */
export function createInbox(options: InboxOptions): Inbox {
  checkOptions(options)
  const { engine, concurrency = 10, order = 'none', storeTimeoutMs = 5_000 } = options
  const retry = toRetryPolicy(options.retry)
  const runners = new Map<string, EventRunner>()
  const stopped = Promise.withResolvers<void>()
  const onError = options.onError ?? createPrinter(engine.name)
  let stopping: Promise<void> | undefined
  let lastFailure: unknown

  const opening = persist(() => engine.start(), onFailure)
  const working = persist(async () => {
    await opening.bringUp()
    await engine.consume(run, { concurrency, retry, order, onOutcome })
  }, onFailure)
  const ready = opening.bringUp

  // What keeps the store from opening keeps the work from beginning; one error, told once.
  function onFailure(error: unknown): void {
    if (error !== lastFailure) runHook('onError', () => onError(error))
    lastFailure = error
  }

  function onOutcome({ event, outcome, attempt, error }: ConsumeOutcome): void {
    tell({ ...nameOf(event), outcome, attempt, ...(error === undefined ? undefined : { error }) })
  }

  function tell(report: InboxReport): void {
    publish(report)
    runHook('onReport', () => options.onReport?.(report))
  }

  async function run(event: StoredEvent, attempt: Attempt): Promise<void> {
    const runner = runners.get(event.provider)
    if (runner === undefined) throw new Error(`no receiver for provider "${event.provider}" is attached`)
    await runner(event, attempt)
  }

  async function store(event: InboxEvent): Promise<'stored' | 'duplicate'> {
    await ready()
    const orderKey = readOrderKey(options.orderBy, event)
    const kept: InboxEvent = options.keepSecretHeaders ? event : redactCredentials(event)
    const [answer] = await engine.insert([orderKey === undefined ? kept : { ...kept, orderKey }])
    tell({ ...nameOf(event), outcome: answer! })
    return answer!
  }

  async function stop(drainMs: number): Promise<void> {
    await Promise.all([working.stop(), opening.stop()])
    await engine.stop({ drainMs }).finally(stopped.resolve)
  }

  const inbox: Inbox = {
    name: engine.name,
    engine,
    ready,
    work: working.bringUp,
    stopped: stopped.promise,
    store: (event) => withTimeout(store(event), storeTimeoutMs),
    attach(provider, runner) {
      if (runners.has(provider)) {
        throw new InboxError('INBOX_OPTION_INVALID', `two receivers for provider "${provider}" share one inbox`)
      }
      runners.set(provider, runner)
      // In the next turn, when the handlers of this one are registered.
      if (options.work !== 'elsewhere') setImmediate(() => working.bringUp().catch(() => {}))
    },
    stop: ({ drainMs = 10_000 } = {}) => (stopping ??= stop(drainMs)),
    async list({ limit, after, ...filter } = {}) {
      checkSelection({ ...filter, ...(limit === undefined ? undefined : { limit }) })
      await ready()
      const page = {
        ...(limit === undefined ? undefined : { limit }),
        ...(after === undefined ? undefined : { after }),
      }
      return engine.list(filter, page)
    },
    async get(key) {
      await ready()
      return engine.get(key)
    },
    async replay(key) {
      await ready()
      return (await engine.replay({ keys: [key] })) > 0
    },
    // Handlers that have succeeded run again only where that is said.
    async replayAll(filter = {}) {
      checkSelection(filter)
      await ready()
      return engine.replay({ ...filter, state: filter.state ?? 'dead' })
    },
    async discard(key) {
      await ready()
      return (await engine.discard({ keys: [key] })) > 0
    },
    async discardAll(filter = {}) {
      checkSelection(filter)
      await ready()
      return engine.discard({ ...filter, state: filter.state ?? 'dead' })
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
export function openInbox(path: string): Inbox {
  return createInbox({ engine: createSqliteEngine({ path }) })
}

function nameOf({ key, provider, type, id }: InboxEvent): Pick<InboxReport, 'key' | 'provider' | 'type' | 'id'> {
  return { key, provider, type, id }
}

/** Runs a user's hook, which may be asynchronous; whatever it does, events go on. */
function runHook(name: string, hook: () => unknown): void {
  const print = (error: unknown): void => console.error(`sallyport: ${name} failed:`, error)
  try {
    const result = hook()
    if (result instanceof Promise) result.catch(print)
  } catch (error) {
    print(error)
  }
}

// What lasts is tried every second; it is told once.
function createPrinter(name: string): (error: unknown) => void {
  const printed = new Set<string>()
  return (error) => {
    const text = describeError(error)
    if (printed.has(text)) return
    printed.add(text)
    console.error(`sallyport: the inbox ${name}: ${text}; trying again`)
  }
}
