import { isPermanent, SallyportError } from '../errors/sallyport-error.ts'
import type { Inbox } from '../inbox/inbox.ts'
import { createAuthentication, type Authenticate } from '../verify/authenticate.ts'
import type { IncomingDelivery } from '../verify/delivery.ts'
import type { AnyEvent, UnknownEvent, WebhookEvent } from '../verify/event.ts'
import type { EventMap, Provider } from '../verify/provider.ts'
import type { SchemeDescription } from '../verify/schemes/scheme.ts'
import { checkAcknowledgement } from '../verify/acknowledgement.ts'
import { checkHandshake } from '../verify/handshake.ts'
import { checkProvider } from '../verify/check-provider.ts'
import { createLines } from '../logger/lines.ts'
import { createKeySource } from '../verify/secrets.ts'
import { runAttempt } from './attempt-channel.ts'
import { addEntrance, vouch } from './feed-entrance.ts'
import { HandlerTable } from './handle.ts'
import type { EventHandler } from './handler-context.ts'
import type { Attempt, InboxEvent } from './inbox.ts'
import { toSettings, type ReceiverOptions, type Settings } from './options.ts'
import { createPipeline } from './pipeline.ts'
import type { ReplayGuard } from './replay-terms.ts'
import { redactAddresses } from './redact-addresses.ts'
import { createSecretRedaction } from './redact-secrets.ts'
import type { Reply } from './reply.ts'
import type { Counts, DeliveryReport } from './report.ts'
import { Reporter } from './reporter.ts'
import { createStoredEventCheck, runStoredEvent, type StoredEventCheck } from './stored-event.ts'

/** What a receiver enforces; safe to print and to store with an audit. */
export interface ReceiverDescription {
  readonly provider: string
  readonly scheme: SchemeDescription
  /** Milliseconds a signed time may differ from the clock. */
  readonly toleranceMs: number
  /** Number of active secrets; `'resolved per delivery'` with a resolver. */
  readonly activeSecrets: number | 'resolved per delivery'
  /**
   * When the last secret ends, by `notAfter`: from then on every delivery is rejected. In the past, once all have ended.
   * `undefined` where a secret has no end, or they are resolved per delivery.
   */
  readonly secretsEndAt: Date | undefined
  readonly replayGuard: string
  readonly inbox: string
  /** Milliseconds an event is remembered. */
  readonly retentionMs: number
  readonly limits: Pick<Settings, 'maxBodyBytes' | 'bodyTimeoutMs' | 'handlerTimeoutMs' | 'secretTimeoutMs'>
  readonly unknownEvents: 'accept' | 'reject'
  /** Event types with a handler. */
  readonly handled: readonly string[]
  /** Names of the feeds opened with `openFeed`: their events arrive without a signature. */
  readonly feeds: readonly string[]
}

/** A provider with secrets and handlers, independent of any web framework. */
export interface Receiver<Events extends EventMap = EventMap> {
  readonly provider: Provider<Events>
  /** Where events are stored; `undefined` without an inbox. Stop it when the server has stopped. */
  readonly inbox: Inbox | undefined
  /** Where handled events are remembered; `undefined` with an inbox, which drops duplicates itself, and with `'off'`. */
  readonly replayGuard: ReplayGuard | undefined
  /** Adds a handler for one event type. @throws SallyportError `OPTION_INVALID` for a type the provider does not declare */
  on<Type extends keyof Events & string>(type: Type, handler: EventHandler<WebhookEvent<Type, Events[Type]>>): this
  /** Adds a handler for every declared event type; runs after those for the type. */
  onAny(handler: EventHandler<AnyEvent<Events>>): this
  /** Adds a handler for verified events whose type the provider does not declare. */
  onUnknown(handler: EventHandler<UnknownEvent>): this
  /** Adds a hook that gets the report of every refusal. */
  onReject(hook: (report: DeliveryReport) => unknown): this
  /** Adds a hook that gets every failure of the receiver or a handler. @default prints to stderr, until the first hook is added */
  onError(hook: (error: unknown, report: DeliveryReport | undefined) => unknown): this
  /** Takes one delivery through all stages. Never rejects. */
  receive(incoming: IncomingDelivery): Promise<Reply>
  /**
   * Verifies and validates a stored event again, without running a handler: it shows whether a replay would reach one.
   *
   * @throws SallyportError `OPTION_INVALID` for another provider's event; `SECRET_RESOLVER_FAILED`; `BODY_TOO_LARGE` where
   * the limit is lower now
   */
  checkStored(event: InboxEvent): Promise<StoredEventCheck>
  /** What is enforced; no secrets. */
  describe(): ReceiverDescription
  /** Outcomes and error codes counted since start-up. */
  counts(): Counts
  /** Resolves when the inbox is open, or the replay guard's store usable; rejects with the reason why it is not. */
  ready(): Promise<void>
  /**
   * Resolves when no delivery is under way, and handlers, late secret lookups, hooks and other background work have ended; for
   * an orderly shutdown.
   */
  settled(): Promise<void>
}

/**
 * Makes a receiver. Wrong options throw here, not at the first delivery.
 *
 * @throws SallyportError `SECRET_MISSING`, `SECRET_INVALID` or `OPTION_INVALID`, naming the provider
 * @example
 * const receiver = createReceiver(sonzai(), { secret: process.env.SONZAI_WEBHOOK_SECRET })
 *   .on('on_wakeup_ready', async (event) => { await push(event.data.generated_message) })
 */
export function createReceiver<Events extends EventMap>(
  provider: Provider<Events>,
  given: ReceiverOptions,
): Receiver<Events> {
  checkProvider('createReceiver', provider)
  checkHandshake(provider)
  checkAcknowledgement(provider)
  const { name } = provider
  // Without types they may be missing; the error then says that the secret is.
  const options = (given as ReceiverOptions | undefined) ?? {}
  const settings = toSettings(options, provider)
  // First of what takes the secret: it says what is wrong with it.
  const keySource = createKeySource(options.secret, provider.scheme, name, {
    ...settings,
    onLate: (work) => void background.track(work),
  })
  const redact = createSecretRedaction(options.secret)
  const lines = options.logger && createLines(options.logger, (text) => redactAddresses(redact(text), []))
  const reporter = new Reporter(name, options.log, lines)
  const { background } = reporter
  const authenticate = createAuthentication(provider, settings, keySource)
  const handlers = new HandlerTable(provider)
  const feeds = new Set<string>()
  const trustIds = typeof options.secret !== 'function' || options.secret.isOneSender === true

  const parts = { provider, settings, handlers, track: background.track }
  const pipeline = createPipeline({
    ...parts,
    trustIds,
    dedupeKey: options.dedupeKey,
    onError: (error) => reporter.error(error, undefined),
    isTimed: () => reporter.hasSubscribers,
  })
  async function runStored(event: InboxEvent, attempt: Attempt): Promise<'handled' | 'ignored'> {
    const logged = { provider: name, type: event.type, number: attempt.number, inbox: settings.inbox!.name }
    try {
      // The inbox may hand out events before a program that starts slowly has added its handlers.
      if (handlers.isEmpty) {
        throw new SallyportError(
          'OPTION_INVALID',
          `${name}: an event is due, but no handler is registered; add one with on()`,
        )
      }
      await runStoredEvent(parts, event, attempt)
    } catch (error) {
      const isLogged = lines !== undefined || settings.inbox!.logsAttempts === true
      const outcome = attempt.isLast || isPermanent(error) ? 'dead' : 'failed'
      reporter.failedAttempt(error, { outcome, ...logged }, isLogged)
      throw error
    }
    const outcome = handlers.for(event.type).length > 0 ? 'handled' : 'ignored'
    reporter.attempt({ outcome, ...logged })
    return outcome
  }
  const run = (event: InboxEvent, attempt: Attempt): Promise<void> =>
    runAttempt(event, attempt, () => runStored(event, attempt))
  settings.inbox?.attach(name, run, redact, lines?.attempt)

  async function take(incoming: IncomingDelivery, stage: Authenticate): Promise<Reply> {
    background.enter()
    try {
      return reporter.conclude(await pipeline(incoming, stage), incoming, receiver)
    } finally {
      background.leave()
    }
  }

  const receiver: Receiver<Events> = {
    provider,
    inbox: settings.inbox,
    replayGuard: settings.replayGuard,
    on(type, handler) {
      handlers.add(type, handler as EventHandler<WebhookEvent>)
      return receiver
    },
    onAny(handler) {
      handlers.addAny(handler as EventHandler<WebhookEvent>)
      return receiver
    },
    onUnknown(handler) {
      handlers.addUnknown(handler)
      return receiver
    },
    onReject(hook) {
      reporter.onReject(hook)
      return receiver
    },
    onError(hook) {
      reporter.onError(hook)
      return receiver
    },
    checkStored: createStoredEventCheck(provider, authenticate, settings.maxBodyBytes),
    receive: (incoming) => take(incoming, authenticate),
    describe: () => ({
      provider: name,
      scheme: provider.scheme.describe(),
      toleranceMs: settings.toleranceMs,
      activeSecrets: keySource.countActive(settings.now()),
      secretsEndAt: keySource.endAt,
      replayGuard: settings.inbox ? 'the inbox' : (settings.replayGuard?.name ?? 'off'),
      inbox: settings.inbox?.name ?? 'none',
      retentionMs: settings.retentionMs,
      limits: {
        maxBodyBytes: settings.maxBodyBytes,
        bodyTimeoutMs: settings.bodyTimeoutMs,
        handlerTimeoutMs: settings.handlerTimeoutMs,
        secretTimeoutMs: settings.secretTimeoutMs,
      },
      unknownEvents: settings.unknownEvents,
      handled: handlers.types,
      feeds: [...feeds],
    }),
    counts: () => reporter.counts(),
    ready: async () => settings.inbox?.ready() ?? settings.replayGuard?.ready?.(),
    async settled() {
      await background.ended()
      lines?.end()
    },
  }
  addEntrance(receiver, {
    deliver: (incoming, voucher) => take(incoming, vouch(voucher, settings.maxBodyBytes)),
    // With an inbox, another process may run the handlers.
    handles: (type) => (settings.inbox !== undefined && handlers.isEmpty) || handlers.for(type).length > 0,
    trustIds,
    feeds,
  })
  return receiver
}
