import { randomUUID } from 'node:crypto'
import { Deadline } from './deadline.ts'
import { toHead, type DeliveryHead, type IncomingDelivery } from '../verify/delivery.ts'
import { isOwnError, RejectError, SallyportError } from '../errors/sallyport-error.ts'
import type { EventHandler, HandlerContext, WebhookEvent } from '../verify/event.ts'
import type { Facts } from './facts.ts'
import { createHandlerContext } from './handler-context.ts'
import type { KeySource } from '../verify/key-source.ts'
import type { Settings } from './options.ts'
import type { Identity, Provider } from '../verify/provider.ts'
import { acknowledge, problem, type Reply } from './reply.ts'
import type { DeliveryReport } from './report.ts'
import { createReplayGate } from './replay-gate.ts'
import { createAuthentication, type Authentic, type Authenticate } from '../verify/authenticate.ts'
import { toDedupeKey } from '../verify/dedupe-key.ts'
import { storeEvent } from './store-event.ts'
import { dispatch } from './dispatch.ts'
import { toEvent } from '../verify/to-event.ts'
import { validate, type Validation } from '../verify/validate.ts'
import { isRefusal, refuse, type Refusal } from '../verify/verdict.ts'

/** What the pipeline works with. */
export interface PipelineParts {
  readonly provider: Provider
  readonly settings: Settings
  readonly keySource: KeySource
  /** Whether the sender's ids name events; not so when several senders share the receiver unnamed. */
  readonly trustIds: boolean
  readonly dedupeKey: ((identity: Identity & { readonly type: string }) => string | undefined) | undefined
  readonly handlersFor: (type: string) => readonly EventHandler<WebhookEvent>[]
  readonly unknownHandlers: readonly EventHandler<WebhookEvent>[]
  /** Keeps an eye on work that outlives its delivery. */
  readonly track: (work: Promise<unknown>) => void
  readonly onError: (error: unknown) => void
}

/** A delivery's answer, the error behind a failure, and what to tell about it. */
export interface Processed {
  readonly reply: Reply
  readonly error: unknown
  /** Made only for those who listen. */
  readonly toReport: () => DeliveryReport
}

/** @param authenticate the first stage, for an event that did not come over HTTP. @default the provider's scheme */
export type Pipeline = (incoming: IncomingDelivery, authenticate?: Authenticate) => Promise<Processed>

/**
 * The way of a delivery, top to bottom: head, authenticate, identify, accept, validate, dispatch. Each stage either goes
 * on or ends the delivery with a refusal.
 */
export function createPipeline(parts: PipelineParts): Pipeline {
  const { provider, settings } = parts
  // Age is judged by when the head came; a replay's body may come later by as much as a body may take.
  const minimumMs = 2 * settings.toleranceMs + settings.bodyTimeoutMs
  const retentionMs = Math.max(settings.retentionMs, minimumMs)
  const authenticateScheme = createAuthentication(provider, settings, parts.keySource)
  const gate = settings.replayGuard && createReplayGate(settings.replayGuard, parts.onError)
  // Unique among all that share a replay guard.
  const claimPrefix = randomUUID()
  let claims = 0

  return async (incoming, authenticate = authenticateScheme) => {
    const head = toHead(incoming, settings.now)
    const facts: Facts = { known: {}, isAnswered: false }
    let reply: Reply
    try {
      // 1 authenticate
      const authentic = await authenticate(incoming, head, facts)
      const outcome = authentic.ok ? await accept(authentic, incoming, facts) : authentic
      reply = isRefusal(outcome) ? problem(outcome.code) : outcome
    } catch (error) {
      reply = toFailure(error, facts)
    }
    facts.isAnswered = true
    return { reply, error: facts.error, toReport: () => report(head, facts, reply) }
  }

  function report(head: DeliveryHead, { known }: Facts, { outcome, status, code }: Reply): DeliveryReport {
    return {
      provider: provider.name,
      ...known,
      outcome,
      status,
      ...(code === undefined ? undefined : { code }),
      ...(head.remoteAddress === undefined ? undefined : { remoteAddress: head.remoteAddress }),
      receivedAt: new Date(head.receivedAt),
      durationMs: settings.now() - head.receivedAt,
    }
  }

  function accept(authentic: Authentic, incoming: IncomingDelivery, facts: Facts): Promise<Reply> | Refusal {
    // 2 identify
    const identified = toEvent(provider, authentic, parts.trustIds)
    if (!identified.ok) return identified
    const { event, identity, signedId } = identified
    facts.known.eventType = event.type
    if (signedId !== undefined) facts.known.eventId = signedId
    const isDeclared = Object.hasOwn(provider.events, event.type)
    if (!isDeclared && settings.unknownEvents === 'reject') return refuse('EVENT_UNKNOWN')

    // 3 accept: each event once; 4 validate and 5 dispatch run behind the gate, or in the inbox's worker.
    const key = parts.dedupeKey ? toOwnKey(parts.dedupeKey(identity)) : signedId
    if (settings.inbox) return storeEvent(settings.inbox, provider.scheme, authentic, identified, key)
    const deadline = new Deadline(settings.handlerTimeoutMs, () => incoming.signal, parts.track)
    const { delivery } = authentic
    const waitUntil = (late: Promise<unknown>): void => {
      parts.track(late)
      incoming.waitUntil?.(late)
    }
    const context = createHandlerContext({ delivery, attempt: 1, idempotencyKey: event.id, waitUntil, deadline })
    const work = (): Promise<Reply> => handle(event, isDeclared, context, facts)
    if (!gate || key === undefined) return deadline.limit(work())
    const terms = {
      claimId: `${claimPrefix}-${claims++}`,
      now: delivery.receivedAt,
      retentionMs,
      minimumMs,
    }
    return deadline.limit(gate.enter(toDedupeKey(provider.name, event.tenant, key), terms, work))
  }

  async function handle(
    event: WebhookEvent,
    isDeclared: boolean,
    context: HandlerContext,
    facts: Facts,
  ): Promise<Reply> {
    const handlers = isDeclared ? parts.handlersFor(event.type) : parts.unknownHandlers
    if (handlers.length === 0) return acknowledge(isDeclared ? 'ignored' : 'unknown')
    try {
      const validation = isDeclared ? await validate(provider.events[event.type]!, event.data) : unvalidated(event)
      if (!validation.ok) {
        facts.known.issues = validation.issues
        return problem('PAYLOAD_INVALID')
      }
      const reply = await dispatch(handlers, { ...event, data: validation.data }, context)
      return isDeclared ? reply : acknowledge('unknown')
    } catch (error) {
      if (RejectError.is(error)) return problem('DELIVERY_REJECTED', { status: error.status, detail: error.reason })
      if (facts.isAnswered) parts.onError(error)
      else facts.error = error
      return problem('HANDLER_FAILED')
    }
  }
}

// Nobody declared a schema for an unknown type.
const unvalidated = ({ data }: WebhookEvent): Validation => ({ ok: true, data })

// A key that is empty or null by mistake would make one event of all.
function toOwnKey(key: unknown): string | undefined {
  if (key === undefined || (typeof key === 'string' && key !== '')) return key
  throw new SallyportError('OPTION_INVALID', 'dedupeKey must return a string that is not empty, or undefined')
}

/** Outside the handlers only this library's own errors are expected; anything else is a fault of ours or of a provider. */
function toFailure(error: unknown, facts: Facts): Reply {
  const reply = problem(isOwnError(error) ? error.code : 'INTERNAL')
  if (reply.status >= 500) facts.error = error
  return reply
}
