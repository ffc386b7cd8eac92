import { randomUUID } from 'node:crypto'
import type { ErrorCode } from '../errors/error-codes.ts'
import { isOwnError, SallyportError } from '../errors/sallyport-error.ts'
import type { Authentic, Authenticate } from '../verify/authenticate.ts'
import type { DeliveryHead, IncomingDelivery } from '../verify/delivery.ts'
import type { WebhookEvent } from '../verify/event.ts'
import type { Handshake } from '../verify/handshake.ts'
import { toHead } from '../verify/head.ts'
import { identifyEvent, toDedupeKey } from '../verify/identify.ts'
import type { Provider } from '../verify/provider.ts'
import { validateData } from '../verify/validate.ts'
import { isRefusal, refuse, type Refusal } from '../verify/verdict.ts'
import { answerProven, answerUnproven, keepBody, methodsOf } from './answer-handshake.ts'
import { dispatch, readRejection, type HandlerTable } from './handle.ts'
import { createHandlerContext, Deadline, keepAlive, type HandlerContext } from './handler-context.ts'
import type { ReceiverOptions, Settings } from './options.ts'
import { createReplayGate } from './replay-guard.ts'
import { acknowledge, inWords, problem, type Reply } from './reply.ts'
import { toReport, type DeliveryReport, type Facts } from './report.ts'
import { storeEvent } from './store-event.ts'
import { Timing } from './timing.ts'

/** What the pipeline works with. */
export interface PipelineParts {
  readonly provider: Provider
  readonly settings: Settings
  /** Whether the sender's ids name events; not so when several senders share the receiver without tenant names. */
  readonly trustIds: boolean
  readonly dedupeKey: ReceiverOptions['dedupeKey']
  readonly handlers: HandlerTable
  /** Watches work that outlives its delivery; what it returns ends with the work, and never rejects. */
  readonly track: (work: Promise<unknown>) => Promise<unknown>
  readonly onError: (error: unknown) => void
  /** Whether somebody gets the times of the stages. */
  readonly isTimed: () => boolean
}

/** What failed. A box, because what is thrown may be `undefined`. */
export interface Failure {
  readonly error: unknown
}

/** A delivery's answer, the error behind a failure, and its report. */
export interface Processed {
  readonly reply: Reply
  /** `undefined` for a request that could not be read. */
  readonly head: DeliveryHead | undefined
  readonly failure: Failure | undefined
  /** Made only when something listens. */
  readonly toReport: () => DeliveryReport
}

/** @param authenticate the first stage: by the provider's scheme, or by the feed that fetched the event */
export type Pipeline = (incoming: IncomingDelivery, authenticate: Authenticate) => Promise<Processed>

/** One delivery on its way. */
interface Passage {
  readonly incoming: IncomingDelivery
  readonly source: Pick<IncomingDelivery, 'body'>
  readonly facts: Facts
  /** What made the receiver fail. */
  failure: Failure | undefined
  /** Set once the sender has its answer; later errors are reported at once. */
  isAnswered: boolean
}

/**
 * The stages of a delivery, top to bottom: authenticate, identify, drop duplicates or store, validate, dispatch. Each stage
 * continues or ends the delivery with a refusal.
 */
export function createPipeline(parts: PipelineParts): Pipeline {
  const { provider, settings } = parts
  // Age is measured when the head arrives; a replay's body may arrive later by as much as a body may take.
  const minimumMs = 2 * settings.toleranceMs + settings.bodyTimeoutMs
  const retentionMs = Math.max(settings.retentionMs, minimumMs)
  const gate = settings.replayGuard && createReplayGate(settings.replayGuard, parts.onError)
  // Unique among all receivers that share a replay guard. Made by the first delivery: Workers start without random values.
  let claimPrefix: string | undefined
  let claims = 0

  return async (incoming, authenticate) => {
    const source = provider.handshake ? keepBody(provider.handshake, incoming) : incoming
    const facts: Facts = { timing: parts.isTimed() ? new Timing() : undefined }
    const passage: Passage = { incoming, source, facts, failure: undefined, isAnswered: false }
    let head: DeliveryHead | undefined
    let reply: Reply
    try {
      head = toHead(incoming, settings.now)
      // A handshake ends here, or after authentication if the sender signs it.
      const early = provider.handshake && (await greet(provider.handshake, head, passage))
      const outcome = early ?? (await proceedWith(authenticate, head, passage))
      reply = isRefusal(outcome) ? toProblem(outcome, passage) : inWords(provider.acknowledgement, outcome)
    } catch (error) {
      // Outside handlers only this library's own errors are expected; anything else is a bug here or in the provider.
      reply = refusal(isOwnError(error) ? error.code : 'INTERNAL')
      if (reply.status >= 500) passage.failure ??= { error }
    }
    passage.isAnswered = true
    return {
      reply,
      head,
      failure: passage.failure,
      toReport: () => toReport(provider.name, settings.now, head, facts, reply),
    }
  }

  async function proceedWith(
    authenticate: Authenticate,
    head: DeliveryHead,
    passage: Passage,
  ): Promise<Reply | Refusal> {
    // 1 authenticate
    const { facts } = passage
    const verified = facts.timing?.verify()
    const authentic = await authenticate(passage.source, head, facts)
    verified?.()
    if (!authentic.ok) return authentic
    // A fetched event is no check of this endpoint.
    const isDelivery = provider.handshake === undefined || authentic.fetched !== undefined
    const answer = isDelivery ? undefined : answerProven(provider, provider.handshake, authentic)
    return answer ?? (await proceed(authentic, passage))
  }

  function greet(handshake: Handshake, head: DeliveryHead, passage: Passage): Promise<Reply | Refusal | undefined> {
    return answerUnproven(provider, handshake, passage.source, head, settings.bodyTimeoutMs, async (work) => {
      try {
        const deadline = new Deadline(settings.handlerTimeoutMs, () => passage.incoming.signal, parts.track)
        await deadline.limit(Promise.resolve().then(work))
      } catch (error) {
        passage.failure = { error }
        throw isOwnError(error) && error.code === 'HANDLER_TIMEOUT' ? error : new SallyportError('HANDLER_FAILED')
      }
    })
  }

  function refusal(code: ErrorCode): Reply {
    return problem(code, {
      status: provider.statuses?.[code],
      methods: provider.handshake && methodsOf(provider),
    })
  }

  // A check may find that the host, not the sender, is at fault.
  function toProblem({ code, detail }: Refusal, passage: Passage): Reply {
    const reply = refusal(code)
    if (reply.status >= 500)
      passage.failure = {
        error: new SallyportError(code, detail === undefined ? undefined : `${provider.name}: ${detail}`),
      }
    return reply
  }

  function proceed(authentic: Authentic, passage: Passage): Promise<Reply> | Refusal {
    // 2 identify
    const identified = identifyEvent(provider, authentic, parts.trustIds)
    if (!identified.ok) return identified
    const { event, identity, signedId } = identified
    const { incoming, facts } = passage
    facts.eventType = event.type
    facts.eventId = signedId
    if (settings.unknownEvents === 'reject' && !Object.hasOwn(provider.events, event.type))
      return refuse('EVENT_UNKNOWN')

    // 3 drop duplicates; an inbox does that when it stores the event, and runs 4 and 5 later.
    const key = parts.dedupeKey ? toOwnKey(parts.dedupeKey(identity, { body: authentic.body })) : signedId
    const accepted = facts.timing?.accept()
    if (settings.inbox) {
      const stored = storeEvent(settings.inbox, provider.scheme, authentic, identified, key)
      return accepted === undefined ? stored : stored.finally(accepted)
    }
    const { delivery } = authentic
    let canKeep = true
    function keep(toKept: () => Promise<unknown>): void {
      canKeep &&= keepAlive(toKept, incoming, parts.onError)
    }
    const waitUntil = (late: Promise<unknown>): void => {
      void parts.track(late)
      keep(() => late)
    }
    // The host keeps it already.
    const onLate = (late: Promise<unknown>): void => void parts.track(late)
    const deadline = new Deadline(settings.handlerTimeoutMs, () => incoming.signal, onLate)
    const context = createHandlerContext({ delivery, attempt: 1, idempotencyKey: event.id, waitUntil, deadline })
    const work = (): Promise<Reply> => {
      accepted?.()
      return handle(event, context, passage)
    }
    function enter(): Promise<Reply> {
      if (!gate || key === undefined) return work()
      claimPrefix ??= randomUUID()
      const terms = { claimId: `${claimPrefix}-${claims++}`, now: delivery.receivedAt, retentionMs, minimumMs }
      return gate.enter(toDedupeKey(provider.name, event.tenant, key), terms, work)
    }
    const entered = enter()
    // From the start: Workers stop a request whose sender disconnects, and the event would stay claimed.
    keep(() => entered.then(nothing, nothing))
    return deadline.limit(entered)
  }

  async function handle(event: WebhookEvent, context: HandlerContext, passage: Passage): Promise<Reply> {
    const isDeclared = Object.hasOwn(provider.events, event.type)
    const handlers = parts.handlers.for(event.type)
    if (handlers.length === 0) return acknowledge(isDeclared ? 'ignored' : 'unknown')
    const handled = passage.facts.timing?.handle()
    try {
      // 4 validate
      const validation = await validateData(provider, event.type, event.data)
      if (!validation.ok) {
        passage.facts.issues = validation.issues
        return refusal('PAYLOAD_INVALID')
      }
      // 5 dispatch
      const reply = await dispatch(handlers, { ...event, data: validation.data }, context)
      return isDeclared ? reply : acknowledge('unknown')
    } catch (error) {
      const rejection = readRejection(error)
      if (rejection) return problem('DELIVERY_REJECTED', rejection)
      if (passage.isAnswered) parts.onError(error)
      else passage.failure = { error }
      return refusal('HANDLER_FAILED')
    } finally {
      handled?.()
    }
  }
}

// An empty or null key would make all events one.
function toOwnKey(key: unknown): string | undefined {
  if (key === undefined || (typeof key === 'string' && key !== '')) return key
  throw new SallyportError('OPTION_INVALID', 'dedupeKey must return a string that is not empty, or undefined')
}

const nothing = (): void => {}
