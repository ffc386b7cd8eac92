import { randomUUID } from 'node:crypto'
import type { ErrorCode } from '../errors/error-codes.ts'
import { isOwnError, SallyportError, tryRead } from '../errors/sallyport-error.ts'
import type { Authentic, Authenticate } from '../verify/authenticate.ts'
import type { DeliveryHead, IncomingDelivery } from '../verify/delivery.ts'
import type { WebhookEvent } from '../verify/event.ts'
import { readClock, toHead } from '../verify/head.ts'
import { identifyEvent, toDedupeKey } from '../verify/identify.ts'
import type { Provider } from '../verify/provider.ts'
import { validateData } from '../verify/validate.ts'
import { isRefusal, refuse, type Refusal } from '../verify/verdict.ts'
import { dispatch, readRejection, type HandlerTable } from './handle.ts'
import { createHandlerContext, Deadline, type HandlerContext } from './handler-context.ts'
import type { ReceiverOptions, Settings } from './options.ts'
import { createReplayGate } from './replay-guard.ts'
import { acknowledge, problem, type Reply } from './reply.ts'
import type { DeliveryReport, Facts } from './report.ts'
import { storeEvent } from './store-event.ts'

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
  // Unique among all receivers that share a replay guard.
  const claimPrefix = randomUUID()
  let claims = 0

  return async (incoming, authenticate) => {
    const passage: Passage = { incoming, facts: {}, failure: undefined, isAnswered: false }
    let head: DeliveryHead | undefined
    let reply: Reply
    try {
      head = toHead(incoming, settings.now)
      // 1 authenticate
      const authentic = await authenticate(incoming, head, passage.facts)
      const outcome = authentic.ok ? await proceed(authentic, passage) : authentic
      reply = isRefusal(outcome) ? toProblem(outcome, passage) : outcome
    } catch (error) {
      // Outside handlers only this library's own errors are expected; anything else is a bug here or in the provider.
      reply = refusal(isOwnError(error) ? error.code : 'INTERNAL')
      if (reply.status >= 500) passage.failure = { error }
    }
    passage.isAnswered = true
    return { reply, head, failure: passage.failure, toReport: () => report(head, passage.facts, reply) }
  }

  function refusal(code: ErrorCode): Reply {
    return problem(code, { status: provider.statuses?.[code] })
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

  // A request that could not be read has no head, and a clock may fail: the report says what is left.
  function report(head: DeliveryHead | undefined, facts: Facts, { outcome, status, code }: Reply): DeliveryReport {
    const now = tryRead(() => readClock(settings.now), head?.receivedAt ?? Date.now())
    const receivedAt = head?.receivedAt ?? now
    return {
      provider: provider.name,
      ...facts,
      outcome,
      status,
      code,
      remoteAddress: head?.remoteAddress,
      receivedAt: new Date(receivedAt),
      durationMs: now - receivedAt,
    }
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
    if (settings.inbox) return storeEvent(settings.inbox, provider.scheme, authentic, identified, key)
    const { delivery } = authentic
    const waitUntil = (late: Promise<unknown>): void => {
      void parts.track(late)
      keepAlive(late, incoming, parts.onError)
    }
    const deadline = new Deadline(settings.handlerTimeoutMs, () => incoming.signal, waitUntil)
    const context = createHandlerContext({ delivery, attempt: 1, idempotencyKey: event.id, waitUntil, deadline })
    const work = (): Promise<Reply> => handle(event, context, passage)
    if (!gate || key === undefined) return deadline.limit(work())
    const terms = { claimId: `${claimPrefix}-${claims++}`, now: delivery.receivedAt, retentionMs, minimumMs }
    return deadline.limit(gate.enter(toDedupeKey(provider.name, event.tenant, key), terms, work))
  }

  async function handle(event: WebhookEvent, context: HandlerContext, passage: Passage): Promise<Reply> {
    const isDeclared = Object.hasOwn(provider.events, event.type)
    const handlers = parts.handlers.for(event.type)
    if (handlers.length === 0) return acknowledge(isDeclared ? 'ignored' : 'unknown')
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
    }
  }
}

/** Asks the host to keep the instance alive for work after the answer, where the host can do that. */
export function keepAlive(work: Promise<unknown>, incoming: IncomingDelivery, onError: (error: unknown) => void): void {
  try {
    incoming.waitUntil?.(work)
  } catch (cause) {
    onError(new SallyportError('INTERNAL', "the host's waitUntil failed; it may stop the work early", { cause }))
  }
}

// An empty or null key would make all events one.
function toOwnKey(key: unknown): string | undefined {
  if (key === undefined || (typeof key === 'string' && key !== '')) return key
  throw new SallyportError('OPTION_INVALID', 'dedupeKey must return a string that is not empty, or undefined')
}
