import { createStoredEventCheck, type StoredEventCheck } from './check-stored-event.ts'
import type { IncomingDelivery } from '../verify/delivery.ts'
import { addEntrance } from './entrance.ts'
import { SallyportError } from '../errors/sallyport-error.ts'
import type { AnyEvent, EventHandler, WebhookEvent } from '../verify/event.ts'
import type { Inbox } from '../inbox/inbox.ts'
import type { InboxEvent } from './inbox.ts'
import { createKeySource } from '../verify/key-source.ts'
import { toSettings, type ReceiverOptions } from './options.ts'
import { createPipeline, type Processed } from './pipeline.ts'
import type { EventMap, Provider } from '../verify/provider.ts'
import type { Reply } from './reply.ts'
import { runStoredEvent } from './run-stored-event.ts'
import { Counter, hasListeners, publish, type Counts, type DeliveryReport } from './report.ts'
import type { SchemeDescription } from '../verify/schemes/scheme.ts'
import { vouch } from './vouch.ts'

/** An event whose type the provider does not declare: verified, but its data not validated. */
export type UnknownEvent = WebhookEvent<string, unknown>

/** What a receiver enforces; safe to print and to keep with an audit. */
export interface ReceiverDescription {
  readonly provider: string
  readonly scheme: SchemeDescription
  /** Milliseconds a signed time may differ from the clock. */
  readonly toleranceMs: number
  /** Number of secrets that count now; `'resolved per delivery'` with a resolver. */
  readonly activeSecrets: number | 'resolved per delivery'
  readonly replayGuard: string
  readonly inbox: string
  /** Milliseconds an event is remembered. */
  readonly retentionMs: number
  readonly limits: { readonly maxBodyBytes: number; readonly bodyTimeoutMs: number; readonly handlerTimeoutMs: number }
  readonly unknownEvents: 'accept' | 'reject'
  /** Event types with a handler. */
  readonly handled: readonly string[]
  /** Names of the feeds opened with `openFeed`: their events come in without a signature. */
  readonly feeds: readonly string[]
}

/** A provider with secrets and handlers; knows nothing of any web framework. */
export interface Receiver<Events extends EventMap = EventMap> {
  readonly provider: Provider<Events>
  /** Where events are kept; `undefined` without an inbox. Stop it when the server has stopped. */
  readonly inbox: Inbox | undefined
  /** Adds a handler for one event type. @throws SallyportError `OPTION_INVALID` for a type the provider does not declare */
  on<Type extends keyof Events & string>(type: Type, handler: EventHandler<WebhookEvent<Type, Events[Type]>>): this
  /** Adds a handler for every declared event type; runs after those for the type. */
  onAny(handler: EventHandler<AnyEvent<Events>>): this
  /** Told of verified events whose type the provider does not declare. A failure counts as a failed handler. */
  onUnknown(handler: EventHandler<UnknownEvent>): this
  /** Told of every refusal. */
  onReject(hook: (report: DeliveryReport) => unknown): this
  /** Told of every failure on our side. @default prints to stderr, until the first hook is added */
  onError(hook: (error: unknown, report: DeliveryReport | undefined) => unknown): this
  /** Takes one delivery through all stages. Never rejects. */
  receive(incoming: IncomingDelivery): Promise<Reply>
  /**
   * Verifies and validates again what an inbox has kept, without running a handler: whether a replay would get as far as
   * one.
   *
   * @throws SallyportError `OPTION_INVALID` for another provider's event; `SECRET_RESOLVER_FAILED`; `BODY_TOO_LARGE` where
   * the limit is lower now
   */
  checkStored(event: InboxEvent): Promise<StoredEventCheck>
  /** What is enforced; no secrets. */
  describe(): ReceiverDescription
  /** Outcomes and error codes counted since start-up. */
  counts(): Counts
  /** Resolves when the inbox is open, at once without one; rejects with the reason it cannot be. */
  ready(): Promise<void>
  /** Resolves when handlers and background work have ended; for an orderly shutdown. */
  settled(): Promise<void>
}

/**
 * Makes a receiver. Everything that can be wrong with its configuration is wrong here, not at the first delivery.
 *
 * @throws SallyportError `SECRET_MISSING`, `SECRET_INVALID` or `OPTION_INVALID`, naming the provider
 * @example
 * const receiver = createReceiver(sonzai(), { secret: process.env.SONZAI_WEBHOOK_SECRET })
 *   .on('on_wakeup_ready', async (event) => { await push(event.data.generated_message) })
 */
export function createReceiver<Events extends EventMap>(
  provider: Provider<Events>,
  options: ReceiverOptions,
): Receiver<Events> {
  const anyProvider = provider as unknown as Provider
  const settings = toSettings(options, anyProvider)
  const keySource = createKeySource(options.secret, provider.scheme, provider.name)
  const handlers = new Map<string, EventHandler<WebhookEvent>[]>()
  const anyHandlers: EventHandler<WebhookEvent>[] = []
  const unknownHandlers: EventHandler<WebhookEvent>[] = []
  const rejectHooks: ((report: DeliveryReport) => unknown)[] = []
  const errorHooks: ((error: unknown, report: DeliveryReport | undefined) => unknown)[] = []
  const counter = new Counter()
  const background = new Set<Promise<unknown>>()
  const feeds = new Set<string>()
  const trustsIds = typeof options.secret !== 'function' || options.secret.isOneSender === true

  const parts = {
    provider: anyProvider,
    settings,
    handlersFor: (type: string) => [...(handlers.get(type) ?? []), ...anyHandlers],
    unknownHandlers,
    track,
  }
  const pipeline = createPipeline({
    ...parts,
    keySource,
    trustIds: trustsIds,
    dedupeKey: options.dedupeKey,
    onError: (error) => tellError(error, undefined),
  })
  settings.inbox?.attach(provider.name, async (kept, attempt) => {
    try {
      // Kept events may be handed out before a program that starts slowly has registered its handlers.
      if (!hasHandlers()) {
        throw new SallyportError('OPTION_INVALID', `${provider.name}: an event is due, and no handler is registered`)
      }
      await runStoredEvent(parts, kept, attempt)
    } catch (error) {
      tellError(error, undefined)
      throw error
    }
  })

  function hasHandlers(): boolean {
    return handlers.size + anyHandlers.length + unknownHandlers.length > 0
  }

  function track(work: Promise<unknown>): void {
    const watched = work
      .catch((error: unknown) => tellError(error, undefined))
      .finally(() => background.delete(watched))
    background.add(watched)
  }

  function tellError(error: unknown, report: DeliveryReport | undefined): void {
    if (errorHooks.length === 0) console.error(`sallyport: ${provider.name}:`, error)
    for (const hook of errorHooks) runHook(() => hook(error, report))
  }

  function conclude({ reply, error, toReport }: Processed): Reply {
    counter.add(reply)
    const hooks = reply.outcome === 'refused' ? rejectHooks : []
    if (hooks.length === 0 && error === undefined && !hasListeners(reply)) return reply
    const report = toReport()
    for (const hook of hooks) runHook(() => hook(report))
    if (error !== undefined) tellError(error, report)
    runHook(() => publish(report))
    return reply
  }

  const receiver: Receiver<Events> = {
    provider,
    inbox: settings.inbox,
    on(type, handler) {
      if (!Object.hasOwn(provider.events, type)) {
        const known = Object.keys(provider.events).join(', ')
        throw new SallyportError(
          'OPTION_INVALID',
          `${provider.name}: no event type "${type}"; declared are: ${known || 'none'}`,
        )
      }
      const own = handlers.get(type) ?? []
      handlers.set(type, [...own, handler as EventHandler<WebhookEvent>])
      return receiver
    },
    onAny(handler) {
      anyHandlers.push(handler as EventHandler<WebhookEvent>)
      return receiver
    },
    onUnknown(handler) {
      unknownHandlers.push(handler)
      return receiver
    },
    onReject(hook) {
      rejectHooks.push(hook)
      return receiver
    },
    onError(hook) {
      errorHooks.push(hook)
      return receiver
    },
    checkStored: createStoredEventCheck({ provider: anyProvider, settings, keySource }),
    receive: async (incoming) => conclude(await pipeline(incoming)),
    describe: () => ({
      provider: provider.name,
      scheme: provider.scheme.describe(),
      toleranceMs: settings.toleranceMs,
      activeSecrets: keySource.countActive(settings.now()),
      replayGuard: settings.inbox ? 'the inbox' : (settings.replayGuard?.name ?? 'off'),
      inbox: settings.inbox?.name ?? 'none',
      retentionMs: settings.retentionMs,
      limits: {
        maxBodyBytes: settings.maxBodyBytes,
        bodyTimeoutMs: settings.bodyTimeoutMs,
        handlerTimeoutMs: settings.handlerTimeoutMs,
      },
      unknownEvents: settings.unknownEvents,
      handled: [...handlers.keys()],
      feeds: [...feeds],
    }),
    counts: () => counter.read(),
    ready: async () => settings.inbox?.ready(),
    async settled() {
      while (background.size > 0) await Promise.all(background)
    },
  }
  addEntrance(receiver, {
    deliver: async (incoming, voucher) => conclude(await pipeline(incoming, vouch(voucher, settings.maxBodyBytes))),
    handles(type) {
      // Another process runs the handlers then.
      if (settings.inbox && !hasHandlers()) return true
      return Object.hasOwn(provider.events, type) ? parts.handlersFor(type).length > 0 : unknownHandlers.length > 0
    },
    trustsIds,
    feeds,
  })
  return receiver
}

/** Runs a user's hook; whatever it does, the delivery's answer stands. */
function runHook(hook: () => unknown): void {
  try {
    const result = hook()
    if (result instanceof Promise) result.catch(printHookFailure)
  } catch (error) {
    printHookFailure(error)
  }
}

function printHookFailure(error: unknown): void {
  console.error('sallyport: a hook failed:', error)
}
