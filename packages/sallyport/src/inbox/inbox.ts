import { printError } from '../errors/print-error.ts'
import { runHook } from '../receive/report.ts'
import type { Attempt, EventRunner, InboxEvent, ReceiverInbox } from '../receive/inbox.ts'
import type {
  ChangeOptions,
  ConsumeOutcome,
  Engine,
  EnginePromises,
  EventFilter,
  EventOperations,
  StoredEvent,
} from './engine.ts'
import { InboxError, toErrorText, invalid, withTimeout } from './inbox-error.ts'
import { checkInboxOptions, checkQuery, checkSelection, readOrderKey, type InboxOptions } from './options.ts'
import { persist } from './persist.ts'
import { redactAddresses } from '../receive/redact-addresses.ts'
import { redactCredentials } from './redact-credentials.ts'
import { publish, type InboxReport } from './report.ts'
import { createLines, type Lines } from '../logger/lines.ts'
import { toRetryPolicy } from './retry-policy.ts'
import { createWorkLog, type WorkStatus } from './work-status.ts'
import { createSqliteEngine } from './sqlite/engine.ts'

/** What a receiver stores its events in, and how you look at them and change them. */
export interface Inbox extends ReceiverInbox, EventOperations {
  /**
   * Begins to run handlers in this process, for `work: 'elsewhere'`. The inbox retries a failure in the background.
   *
   * @throws InboxError as `ready`; `INBOX_LOCKED` while another process runs the handlers of a SQLite inbox
   */
  work(): Promise<void>
  /**
   * Makes events pending again, from their first attempt: one dead or done event by its key, or the dead events of a
   * selection; done ones only with `state: 'done'`. `{}` selects every dead event. Resolves to how many.
   *
   * @throws InboxError `INBOX_OPTION_INVALID`
   */
  replay(events: string | EventFilter, options?: ChangeOptions): Promise<number>
  /**
   * Removes events and forgets their keys, so a copy of one would be a new event: one by its key, unless its handlers are
   * running, or the dead events of a selection; others only with their `state`. `{}` selects every dead event. Resolves to
   * how many.
   *
   * @throws InboxError `INBOX_OPTION_INVALID`
   */
  discard(events: string | EventFilter, options?: ChangeOptions): Promise<number>
  /**
   * Does what storing an event does, and leaves nothing behind: resolves if one could be stored now.
   *
   * @throws InboxError as `ready`; `INBOX_FULL`, `INBOX_UNAVAILABLE`, `INBOX_TIMEOUT` and others that storing fails with
   */
  checkWritable(): Promise<void>
  /** How handlers are run in this process; asks nothing of the store. */
  workStatus(): WorkStatus
  /** What its engine keeps; `undefined` until the inbox is loaded, where a receiver was given the path of its file. */
  readonly promises: EnginePromises | undefined
  /** Resolves when the inbox has stopped. */
  readonly stopped: Promise<void>
}

/**
 * Creates an inbox: a 2xx goes out only after the event is on disk, every accepted event is handled at least once, and
 * duplicates are dropped for the retention period. Never "exactly once".
 *
 * It opens at once and tries again every second if that fails; `ready()` says how it went, and a receiver waits for it by
 * itself. Stop it after the server, as `closeGracefully` of `sallyport/shutdown` does.
 *
 * @param options the file of an embedded inbox with every default, or options with an engine
 * @throws InboxError `INBOX_OPTION_INVALID`; `INBOX_UNSUPPORTED` for an order the engine cannot keep
 * @example
 * const inbox = createInbox('events.db')
 * const inbox = createInbox({ engine: createSqliteEngine({ path: 'events.db' }), retry: { attempts: 5 } })
 * createReceiver(sonzai(), { secret, inbox })
 */
export function createInbox(options: string | InboxOptions): Inbox {
  return typeof options === 'string' ? create({ engine: createSqliteEngine({ path: options }) }) : create(options)
}

function create(options: InboxOptions): Inbox {
  checkInboxOptions(options)
  const { engine, concurrency = 10, order = 'none', storeTimeoutMs = 5_000 } = options
  const retry = toRetryPolicy(options.retry)
  const runners = new Map<string, EventRunner>()
  const redactions = new Map<string, (text: string) => string>()
  const withoutReceiver = new Set<string>()
  const stopped = Promise.withResolvers<void>()
  const lines = options.logger && createLines(options.logger, (text) => redactAddresses(text, options.redact))
  const attemptLoggers = new Map<string, Lines['attempt']>()
  const onError = options.onError ?? (lines === undefined ? createPrinter(engine.name) : () => {})
  let stopping: Promise<void> | undefined
  let lastFailure: { readonly error: unknown } | undefined

  const opening = persist(() => engine.start(tellError), onFailure)
  const work = createWorkLog(engine, options.work ?? 'here')
  const working = persist(async () => {
    work.begin()
    await opening.bringUp()
    await engine.consume(run, { concurrency, retry, order, onOutcome, providers, onNoReceiver, redact })
    work.succeed()
  }, onFailure)
  const ready = opening.bringUp

  function tellError(error: unknown): void {
    lines?.failure(engine.name, error)
    void runHook('onError', () => onError(error))
  }

  // What keeps the store from opening keeps the handlers from running: one error, reported once.
  function onFailure(error: unknown): void {
    work.fail(error)
    if (lastFailure === undefined || error !== lastFailure.error) tellError(error)
    lastFailure = { error }
  }

  const providers = (): string[] => [...runners.keys()]

  // Errors of handlers repeat what they were called with: addresses, and the receiver's secrets.
  function redact(text: string, provider: string): string {
    return redactAddresses(redactions.get(provider)?.(text) ?? text, options.redact ?? [])
  }

  // Once for each provider, however many of its events wait.
  function onNoReceiver(provider: string): void {
    if (withoutReceiver.has(provider) || runners.has(provider)) return
    withoutReceiver.add(provider)
    tellError(new InboxError('INBOX_NO_RECEIVER', `provider "${provider}"`))
  }

  function onOutcome({ event, waitMs, ...how }: ConsumeOutcome): void {
    const { outcome } = how
    tell({ ...nameOf(event), ...how })
    if (outcome === 'handled') return
    const log = lines?.attempt ?? attemptLoggers.get(event.provider)
    const failed = { ...nameOf(event), ...how, outcome, waitMs, inbox: engine.name }
    log?.(failed, (text) => redact(text, event.provider))
  }

  function tell(report: InboxReport): void {
    publish(report)
    void runHook('onReport', () => options.onReport?.(report))
  }

  async function run(event: StoredEvent, attempt: Attempt): Promise<void> {
    const runner = runners.get(event.provider)
    if (runner === undefined) invalid(`no receiver for provider "${event.provider}" is attached`)
    await work.track(runner(event, attempt), attempt.signal)
  }

  async function store(event: InboxEvent): Promise<'stored' | 'duplicate'> {
    await ready()
    const orderKey = readOrderKey(options.orderBy, event)
    const shown = options.keepSecretHeaders ? event : redactCredentials(event, options.redact)
    const [answer] = await engine.insert([orderKey === undefined ? shown : { ...shown, orderKey }])
    tell({ ...nameOf(event), outcome: answer! })
    return answer!
  }

  async function checkWritable(): Promise<void> {
    await ready()
    await engine.checkWritable?.()
  }

  async function stop(drainMs: number): Promise<void> {
    work.stop()
    await Promise.all([working.stop(), opening.stop()])
    await engine.stop({ drainMs }).finally(stopped.resolve)
  }

  const inbox: Inbox = {
    name: engine.name,
    promises: engine.promises,
    ready,
    work: working.bringUp,
    workStatus: work.status,
    checkWritable: () => withTimeout(checkWritable(), storeTimeoutMs),
    stopped: stopped.promise,
    store: (event) => withTimeout(store(event), storeTimeoutMs),
    logsAttempts: lines !== undefined,
    attach(provider, runner, redaction, onFailedAttempt) {
      if (runners.has(provider)) invalid(`two receivers for provider "${provider}" share one inbox`)
      runners.set(provider, runner)
      if (redaction) redactions.set(provider, redaction)
      if (onFailedAttempt) attemptLoggers.set(provider, onFailedAttempt)
      // In the next turn, when the handlers of this one are registered.
      if (options.work === 'elsewhere') return
      work.begin()
      setImmediate(() => working.bringUp().catch(() => {}))
    },
    stop: ({ drainMs = 10_000 } = {}) => (stopping ??= stop(drainMs)),
    async list(query = {}) {
      checkQuery(query)
      await ready()
      return engine.list(query)
    },
    async get(key) {
      await ready()
      return engine.get(key)
    },
    async count(filter = {}, how) {
      checkSelection(filter)
      await ready()
      return engine.count(filter, how)
    },
    async failures(filter = {}) {
      checkSelection(filter)
      await ready()
      return engine.failures(filter)
    },
    async minutes(range) {
      await ready()
      return engine.minutes(range)
    },
    async names() {
      await ready()
      return engine.names()
    },
    async replay(events, how) {
      const filter = toFilter(events)
      await ready()
      return engine.replay(filter, how)
    },
    async discard(events, how) {
      const filter = toFilter(events)
      await ready()
      return engine.discard(filter, how)
    },
    async stats() {
      await ready()
      return engine.stats()
    },
    ...readyOptional(engine, ready),
  }
  ready().catch(() => {})
  return inbox
}

/** What an engine may lack, when the inbox is open. */
function readyOptional(
  engine: Engine,
  ready: () => Promise<void>,
): Pick<EventOperations, 'readNote' | 'writeNote' | 'spaces'> {
  return {
    ...(engine.readNote && { readNote: (name) => ready().then(() => engine.readNote!(name)) }),
    ...(engine.writeNote && {
      writeNote: (name, text, before) => ready().then(() => engine.writeNote!(name, text, before)),
    }),
    ...(engine.spaces && { spaces: () => ready().then(() => engine.spaces!()) }),
  }
}

/** What a call changes: one event whatever its state, or of a selection the dead ones unless it names a state. */
function toFilter(events: string | EventFilter): EventFilter {
  if (typeof events === 'string') return { keys: [events] }
  // By mistake nothing would be everything.
  if (typeof events !== 'object' || events === null)
    invalid('events must be a key or a filter; {} selects all dead ones')
  checkSelection(events)
  return { ...events, state: events.state ?? 'dead' }
}

function nameOf({ key, provider, type, id }: InboxEvent): Pick<InboxReport, 'key' | 'provider' | 'type' | 'id'> {
  return { key, provider, type, id }
}

// The inbox tries again every second; each error is printed once.
function createPrinter(name: string): (error: unknown) => void {
  const printed = new Set<string>()
  return (error) => {
    const text = toErrorText(error)
    if (printed.has(text)) return
    printed.add(text)
    printError(`sallyport: the inbox ${name}: ${text}; trying again`)
  }
}
