import { createLines } from '../logger/lines.ts'
import { loggerRule, type Logger } from '../logger/logger.ts'
import { isOwnError } from '../errors/sallyport-error.ts'
import { clipVisible } from '../errors/visible-text.ts'
import { allow } from '../options/allow.ts'
import { checkOptions, failOption, type OptionRules } from '../options/check-options.ts'
import { showGiven } from '../options/show-given.ts'
import { didYouMean } from '../options/suggest.ts'
import type { DeliveryHead, IncomingDelivery } from '../verify/delivery.ts'
import type { AnyEvent, UnknownEvent, WebhookEvent } from '../verify/event.ts'
import { toHead } from '../verify/head.ts'
import type { EventMap } from '../verify/provider.ts'
import { isRefusal } from '../verify/verdict.ts'
import { methodsOf } from './answer-handshake.ts'
import { ChosenDelivery } from './chosen-delivery.ts'
import { chooseSender, showPlace, toSenders } from './choose-sender.ts'
import type { EventHandler } from './handler-context.ts'
import type { InboxEvent } from './inbox.ts'
import type { Failure } from './pipeline.ts'
import type { Receiver, ReceiverDescription } from './receiver.ts'
import { redactAddresses } from './redact-addresses.ts'
import { problem, type Reply } from './reply.ts'
import { toReport, type Counts, type DeliveryReport } from './report.ts'
import { Reporter } from './reporter.ts'
import type { StoredEventCheck } from './stored-event.ts'

/** The event types of each sender, by the names that you give the senders. */
export type SenderMap = Readonly<Record<string, EventMap>>

/** Options of `anyOf`. */
export interface AnyOfOptions {
  /** Named as the provider in reports of deliveries that no sender got. @default 'any-of' */
  readonly name?: string | undefined
  /** Prints a line for each of these deliveries, as the option of `createReceiver` does. @default in development */
  readonly log?: boolean | undefined
  /** Gets a line for each of these that is refused or fails, as the option of `createReceiver` does. @default none */
  readonly logger?: Logger | undefined
  /** The clock of their reports, in milliseconds since 1970. @default Date.now */
  readonly now?: (() => number) | undefined
}

/** What each sender's receiver enforces, and what its deliveries are recognised by. */
export interface AnyOfDescription<Name extends string = string> {
  readonly name: string
  readonly senders: Readonly<Record<Name, ReceiverDescription & { readonly chosenBy: readonly string[] }>>
}

/** Outcomes and error codes since start-up. */
export interface AnyOfCounts<Name extends string = string> {
  /** Of deliveries that no sender got. */
  readonly undecided: Counts
  /** Of each sender's receiver. */
  readonly senders: Readonly<Record<Name, Counts>>
}

/** Several receivers at one endpoint. Mount it like a receiver. */
export interface AnyOf<Senders extends SenderMap = SenderMap> {
  /** The receivers as you passed them. */
  readonly receivers: { readonly [Name in keyof Senders]: Receiver<Senders[Name]> }
  /** Adds a handler for one event type of one sender. @throws SallyportError `OPTION_INVALID` for an unknown sender or type */
  on<Name extends keyof Senders & string, Type extends keyof Senders[Name] & string>(
    sender: Name,
    type: Type,
    handler: EventHandler<WebhookEvent<Type, Senders[Name][Type]>>,
  ): this
  /** Adds a handler for every declared event type of every sender; `event.provider` names the provider. */
  onAny(handler: EventHandler<{ [Name in keyof Senders]: AnyEvent<Senders[Name]> }[keyof Senders]>): this
  /** Adds a handler for verified events of any sender whose type its provider does not declare. */
  onUnknown(handler: EventHandler<UnknownEvent>): this
  /** Adds a hook that gets the report of every refusal: of every sender, and of deliveries that no sender got. */
  onReject(hook: (report: DeliveryReport) => unknown): this
  /** Adds a hook that gets every failure. @default prints to stderr, until the first hook is added */
  onError(hook: (error: unknown, report: DeliveryReport | undefined) => unknown): this
  /** Gives one delivery to the receiver of its sender. Never rejects. */
  receive(incoming: IncomingDelivery): Promise<Reply>
  /** Checks a stored event again with the receiver of its provider. @throws SallyportError as that receiver; `OPTION_INVALID` for the event of another provider */
  checkStored(event: InboxEvent): Promise<StoredEventCheck>
  /** What is enforced; no secrets. */
  describe(): AnyOfDescription<keyof Senders & string>
  counts(): AnyOfCounts<keyof Senders & string>
  /** Resolves when every inbox is open; rejects with the reason why one does not open. */
  ready(): Promise<void>
  /** Resolves when no receiver has anything under way, and all hooks have ended; for an orderly shutdown. */
  settled(): Promise<void>
}

const rules: OptionRules<AnyOfOptions> = {
  name: allow.filled,
  log: allow.flag,
  logger: loggerRule,
  now: allow.function,
}

/**
 * One endpoint for several senders. The security headers of a delivery name its sender, whatever their values; that sender's receiver
 * takes the delivery whole, with its own secrets, limits, guard and inbox. A delivery with the headers of no sender, or of two, is
 * refused with `SENDER_UNKNOWN` or `SENDER_AMBIGUOUS` before its body is read. Senders that use the same header cannot share an
 * endpoint.
 *
 * @throws SallyportError `OPTION_INVALID` where two senders cannot be told apart, or one cannot be recognised by its headers
 * @example
 * const endpoint = anyOf({ github: createReceiver(github(), { secret }), stripe: createReceiver(stripe(), { secret: other }) })
 * endpoint.on('github', 'push', ({ data }) => build(data.ref))
 * app.post('/webhooks', webhook(endpoint))
 */
export function anyOf<Senders extends SenderMap>(
  receivers: { readonly [Name in keyof Senders]: Receiver<Senders[Name]> },
  options: AnyOfOptions = {},
): AnyOf<Senders> {
  const senders = toSenders(receivers)
  checkOptions('anyOf', options, rules)
  const { name = 'any-of', log, logger, now = Date.now } = options
  const lines = logger && createLines(logger, (text) => redactAddresses(text))
  const reporter = new Reporter(name, log, lines)
  const methods = [...new Set(senders.flatMap(({ receiver }) => methodsOf(receiver.provider)))]
  const ofEach = <Value>(
    read: (sender: (typeof senders)[number]) => Value,
  ): Readonly<Record<keyof Senders & string, Value>> =>
    Object.fromEntries(senders.map((sender) => [sender.name, read(sender)])) as Record<keyof Senders & string, Value>

  function receiverOf(sender: string): Receiver {
    const found = senders.find((one) => one.name === sender)
    if (found) return found.receiver
    const isText = typeof sender === 'string'
    const typed = isText ? `"${clipVisible(sender, 40)}"` : showGiven(sender)
    const names = senders.map((one) => one.name)
    failOption(`anyOf: no sender ${typed}. ${didYouMean(isText ? sender : '', names)}`)
  }

  async function receive(incoming: IncomingDelivery): Promise<Reply> {
    let head: DeliveryHead | undefined
    let reply: Reply
    let failure: Failure | undefined
    try {
      head = toHead(incoming, now)
      const chosen = chooseSender(senders, head)
      if (!isRefusal(chosen)) return await chosen.receiver.receive(new ChosenDelivery(incoming, head.headers))
      reply = problem(chosen.code, { methods })
    } catch (error) {
      reply = problem(isOwnError(error) ? error.code : 'INTERNAL')
      failure = { error }
    }
    const report = (): DeliveryReport => toReport(name, now, head, {}, reply)
    return reporter.conclude({ reply, head, failure, toReport: report }, incoming, endpoint)
  }

  const endpoint: AnyOf<Senders> = {
    receivers,
    on(sender, type, handler) {
      receiverOf(sender).on(type, handler as EventHandler<WebhookEvent>)
      return endpoint
    },
    onAny(handler) {
      for (const { receiver } of senders) receiver.onAny(handler as EventHandler<WebhookEvent>)
      return endpoint
    },
    onUnknown(handler) {
      for (const { receiver } of senders) receiver.onUnknown(handler)
      return endpoint
    },
    onReject(hook) {
      reporter.onReject(hook)
      for (const { receiver } of senders) receiver.onReject(hook)
      return endpoint
    },
    onError(hook) {
      reporter.onError(hook)
      for (const { receiver } of senders) receiver.onError(hook)
      return endpoint
    },
    receive,
    async checkStored(event) {
      const sender = senders.find(({ receiver }) => receiver.provider.name === event.provider)
      if (sender) return sender.receiver.checkStored(event)
      failOption(`${name}: the event is from provider "${event.provider}", and no receiver here is`)
    },
    describe: () => ({
      name,
      senders: ofEach(({ receiver, proof }) => ({ ...receiver.describe(), chosenBy: proof.map(showPlace) })),
    }),
    counts: () => ({ undecided: reporter.counts(), senders: ofEach(({ receiver }) => receiver.counts()) }),
    async ready() {
      await Promise.all(senders.map(({ receiver }) => receiver.ready()))
    },
    async settled() {
      await Promise.all([reporter.background.ended(), ...senders.map(({ receiver }) => receiver.settled())])
      lines?.end()
    },
  }
  return endpoint
}
