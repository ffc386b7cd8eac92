import { randomUUID } from 'node:crypto'
import { decodeContent } from './content.ts'
import { createDeadline } from './deadline.ts'
import { createHandlerContext } from './handler-context.ts'
import { toHead, type Delivery, type DeliveryHead, type IncomingDelivery } from './delivery.ts'
import { RejectDelivery, SallyportError } from './errors.ts'
import type { EventHandler, HandlerContext, WebhookEvent } from './event.ts'
import type { KeySource } from './key-source.ts'
import type { Settings } from './options.ts'
import type { Identity, Provider } from './provider.ts'
import { acknowledge, problem, type Reply } from './reply.ts'
import type { DeliveryReport } from './report.ts'
import type { Claim } from './schemes/scheme.ts'
import { createGate } from './stages/accept.ts'
import { inspectHead, prove, readSignedContent, type Proof } from './stages/authenticate.ts'
import { checkHead } from './stages/check-head.ts'
import { nameEvent, toDedupeKey } from './stages/dedupe-key.ts'
import { dispatch } from './stages/dispatch.ts'
import { identify } from './stages/identify.ts'
import { validate } from './stages/validate.ts'
import { isRefusal, refuse, type Refusal } from './verdict.ts'

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

/** A delivery's answer, what to tell about it, and the error behind a failure. */
export interface Processed {
  readonly reply: Reply
  readonly report: DeliveryReport
  readonly error?: unknown
}

/** What is learnt about a delivery on its way; goes into the report. */
type Facts = { -readonly [Name in keyof DeliveryReport]?: DeliveryReport[Name] } & {
  error?: unknown
  /** Set once the sender has its answer; what fails later is told at once. */
  isAnswered?: boolean
}

/**
 * The way of a delivery, top to bottom: head, authenticate, identify, accept, validate, dispatch. Each stage either goes
 * on or ends the delivery with a refusal.
 */
export function createPipeline(parts: PipelineParts): (incoming: IncomingDelivery) => Promise<Processed> {
  const { provider, settings, keySource } = parts
  const { scheme } = provider
  const { toleranceMs, maxBodyBytes, retentionMs } = settings
  const gate = settings.replayGuard && createGate(settings.replayGuard, parts.onError)

  return async (incoming) => {
    const head = toHead(incoming, settings.now)
    const facts: Facts = {}
    const reply = await answer(incoming, head, facts)
    facts.isAnswered = true
    const { error, isAnswered: _, ...known } = facts
    const report: DeliveryReport = {
      provider: provider.name,
      ...known,
      outcome: reply.outcome,
      status: reply.status,
      ...(reply.code === undefined ? undefined : { code: reply.code }),
      ...(head.remoteAddress === undefined ? undefined : { remoteAddress: head.remoteAddress }),
      receivedAt: new Date(head.receivedAt),
      durationMs: settings.now() - head.receivedAt,
    }
    return error === undefined ? { reply, report } : { reply, report, error }
  }

  async function answer(incoming: IncomingDelivery, head: DeliveryHead, facts: Facts): Promise<Reply> {
    try {
      const outcome = await process(incoming, head, facts)
      return isRefusal(outcome) ? problem(outcome.code) : outcome
    } catch (error) {
      return toFailure(error, facts)
    }
  }

  async function process(incoming: IncomingDelivery, head: DeliveryHead, facts: Facts): Promise<Reply | Refusal> {
    const headFacts = checkHead(head, provider, maxBodyBytes)
    if (!headFacts.ok) return headFacts
    if (headFacts.contentLength !== undefined) facts.contentLength = headFacts.contentLength

    // 1 authenticate: by the headers alone what they can show, the rest over the exact bytes.
    const claim = inspectHead(scheme, head, toleranceMs)
    if (isRefusal(claim)) return claim
    const early = scheme.needsBody ? undefined : await authenticate(claim, { ...head, body: empty })
    if (early && !early.ok) return early
    const received = typeof incoming.body === 'function' ? await incoming.body(settings) : incoming.body
    facts.bodyBytes = received.byteLength
    if (received.byteLength > maxBodyBytes) return refuse('BODY_TOO_LARGE')
    const delivery: Delivery = { ...head, body: received }
    const content = await decodeContent(received, headFacts.encoding, provider, maxBodyBytes)
    const signed: Delivery = content.signed === received ? delivery : { ...head, body: content.signed }
    const proof = early ?? (await authenticate(claim, signed))
    if (!proof.ok) return proof
    facts.keyId = proof.keyId
    if (proof.tenant !== undefined) facts.tenant = proof.tenant
    const verified = readSignedContent(proof, content.decoded, head.receivedAt, toleranceMs)
    if (!verified.ok) return verified

    // 2 identify
    const identity = identify(provider, verified.body, signed, proof.match)
    if ('code' in identity) return identity
    const named = nameEvent(identity.id, proof, signed, parts.trustIds || proof.tenant !== undefined)
    const isKnown = Object.hasOwn(provider.events, identity.type)
    facts.eventType = identity.type
    if (named.id !== undefined) facts.eventId = named.id
    if (!isKnown && settings.unknownEvents === 'reject') return refuse('EVENT_UNKNOWN')

    const event: WebhookEvent = {
      id: named.id ?? randomUUID(),
      type: identity.type,
      data: identity.data,
      provider: provider.name,
      receivedAt: new Date(head.receivedAt),
      keyId: proof.keyId,
      ...(verified.signedAt === undefined ? undefined : { signedAt: new Date(verified.signedAt) }),
      ...(proof.tenant === undefined ? undefined : { tenant: proof.tenant }),
    }

    // 3 accept: each event once; 4 and 5 run behind the gate.
    const key = parts.dedupeKey ? toOwnKey(parts.dedupeKey(identity)) : named.id
    const deadline = createDeadline(settings.handlerTimeoutMs, () => incoming.signal, parts.track)
    const context = createHandlerContext(delivery, incoming, deadline, parts.track)
    const work = (): Promise<Reply> => handle(event, isKnown, context, facts)
    if (!gate || key === undefined) return deadline.limit(work())
    const terms = { claimId: randomUUID(), now: head.receivedAt, retentionMs, minimumMs: 2 * toleranceMs }
    return deadline.limit(gate.enter(toDedupeKey(provider.name, proof.tenant, key), terms, work))
  }

  async function handle(
    event: WebhookEvent,
    isKnown: boolean,
    context: HandlerContext,
    facts: Facts,
  ): Promise<Reply> {
    const handlers = isKnown ? parts.handlersFor(event.type) : parts.unknownHandlers
    if (handlers.length === 0) return acknowledge(isKnown ? 'ignored' : 'unknown')

    try {
      // 4 validate
      const validation = isKnown ? await validate(provider.events[event.type]!, event.data) : ({ ok: true, data: event.data } as const)
      if (!validation.ok) {
        facts.issues = validation.issues
        return problem('PAYLOAD_INVALID')
      }

      // 5 dispatch
      const reply = await dispatch(handlers, { ...event, data: validation.data }, context)
      return isKnown ? reply : acknowledge('unknown')
    } catch (error) {
      if (RejectDelivery.is(error)) return problem('DELIVERY_REJECTED', { status: error.status, detail: error.reason })
      if (facts.isAnswered) parts.onError(error)
      else facts.error = error
      return problem('HANDLER_FAILED')
    }
  }

  async function authenticate(claim: Claim, delivery: Delivery): Promise<Proof | Refusal> {
    const ring = keySource.fixed ?? (await keySource.resolve(delivery))
    return isRefusal(ring) ? ring : prove(scheme, claim, delivery, ring, toleranceMs)
  }
}

const empty = new Uint8Array()

// A key that is empty or null by mistake would make one event of all.
function toOwnKey(key: unknown): string | undefined {
  if (key === undefined || (typeof key === 'string' && key !== '')) return key
  throw new SallyportError('OPTION_INVALID', 'dedupeKey must return a string that is not empty, or undefined')
}


/** Outside the handlers only this library's own errors are expected; anything else is a fault of ours or of a provider. */
function toFailure(error: unknown, facts: Facts): Reply {
  const known = SallyportError.is(error) ? error : undefined
  if (known === undefined || known.status >= 500) facts.error = error
  return problem(known?.code ?? 'INTERNAL')
}
