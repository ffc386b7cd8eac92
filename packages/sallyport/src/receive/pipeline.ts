import { randomUUID } from 'node:crypto'
import type { ErrorCode } from '../errors/error-codes.ts'
import { isOwnError, RejectError, SallyportError } from '../errors/sallyport-error.ts'
import type { Authentic, Authenticate } from '../verify/authenticate.ts'
import type { DeliveryHead, IncomingDelivery } from '../verify/delivery.ts'
import type { WebhookEvent } from '../verify/event.ts'
import { toHead } from '../verify/head.ts'
import { identifyEvent, toDedupeKey } from '../verify/identify.ts'
import type { Provider } from '../verify/provider.ts'
import { validateData } from '../verify/validate.ts'
import { isRefusal, refuse, type Refusal } from '../verify/verdict.ts'
import { dispatch, type HandlerTable } from './handle.ts'
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
  /** Watches work that outlives its delivery. */
  readonly track: (work: Promise<unknown>) => void
  readonly onError: (error: unknown) => void
}

/** A delivery's answer, the error behind a failure, and its report. */
export interface Processed {
  readonly reply: Reply
  readonly error: unknown
  /** Made only when something listens. */
  readonly toReport: () => DeliveryReport
}

/** @param authenticate the first stage: by the provider's scheme, or by the feed that fetched the event */
export type Pipeline = (incoming: IncomingDelivery, authenticate: Authenticate) => Promise<Processed>

/** One delivery on its way. */
interface Passage {
  readonly incoming: IncomingDelivery
  readonly facts: Facts
  /** The error behind a failure of the receiver. */
  error: unknown
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
    const head = toHead(incoming, settings.now)
    const passage: Passage = { incoming, facts: {}, error: undefined, isAnswered: false }
    let reply: Reply
    try {
      // 1 authenticate
      const authentic = await authenticate(incoming, head, passage.facts)
      const outcome = authentic.ok ? await proceed(authentic, passage) : authentic
      reply = isRefusal(outcome) ? refusal(outcome.code) : outcome
    } catch (error) {
      // Outside handlers only this library's own errors are expected; anything else is a bug here or in the provider.
      reply = refusal(isOwnError(error) ? error.code : 'INTERNAL')
      if (reply.status >= 500) passage.error = error
    }
    passage.isAnswered = true
    return { reply, error: passage.error, toReport: () => report(head, passage.facts, reply) }
  }

  function refusal(code: ErrorCode): Reply {
    return problem(code, { status: provider.statuses?.[code] })
  }

  function report(head: DeliveryHead, facts: Facts, { outcome, status, code }: Reply): DeliveryReport {
    return {
      provider: provider.name,
      ...facts,
      outcome,
      status,
      code,
      remoteAddress: head.remoteAddress,
      receivedAt: new Date(head.receivedAt),
      durationMs: settings.now() - head.receivedAt,
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
    const deadline = new Deadline(settings.handlerTimeoutMs, () => incoming.signal, parts.track)
    const { delivery } = authentic
    const waitUntil = (late: Promise<unknown>): void => {
      parts.track(late)
      incoming.waitUntil?.(late)
    }
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
      if (RejectError.is(error)) return problem('DELIVERY_REJECTED', { status: error.status, detail: error.reason })
      if (passage.isAnswered) parts.onError(error)
      else passage.error = error
      return refusal('HANDLER_FAILED')
    }
  }
}

// An empty or null key would make all events one.
function toOwnKey(key: unknown): string | undefined {
  if (key === undefined || (typeof key === 'string' && key !== '')) return key
  throw new SallyportError('OPTION_INVALID', 'dedupeKey must return a string that is not empty, or undefined')
}
