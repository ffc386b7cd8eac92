import type { Clock } from '../clock.ts'
import { createId } from '../identifiers.ts'
import type { DeliveryAttempt, Job, Route, SignedRequest } from './delivery.ts'
import { corrupt, drawFaults, type CompleteFault, type DrawnFaults, type Random } from './faults.ts'
import { sendRequest, toSentHeaders, type Headers, type OutgoingRequest, type SentRequest } from './send-request.ts'

/** What `attemptDelivery` needs besides the job. */
export interface AttemptTools {
  readonly clock: Clock
  readonly route: Route
  readonly random: Random
  readonly holds: Holds
  readonly timeoutMs: number
  readonly signal: AbortSignal
  /** Faults of all deliveries. */
  readonly faults: readonly CompleteFault[]
  /** Waits on the sandbox's clock, or until a promise resolves. */
  wait(ms: number, until?: Promise<unknown>): Promise<void>
  /** Limits concurrent requests. */
  inSlot<Result>(work: () => Promise<Result>): Promise<Result>
}

/** The outcome of one attempt. */
export interface AttemptOutcome {
  /** Two if a fault duplicated the request. */
  readonly attempts: readonly DeliveryAttempt[]
  readonly isDelivered: boolean
  /** Whether a failure is worth another attempt. */
  readonly isRetried: boolean
  /** Seconds the receiver asks to wait (`Retry-After`). */
  readonly retryAfterSeconds: number
}

/** Makes one attempt with the faults drawn for it; `undefined` if the webhook was deleted. */
export async function attemptDelivery(job: Job, tools: AttemptTools): Promise<AttemptOutcome | undefined> {
  const { route, clock, holds } = tools
  const place = route.find(job.target)
  if (place === undefined) return undefined
  const number = job.attempts + 1
  const faults = drawFaults([...job.faults, ...place.faults, ...tools.faults], number, tools.random)

  const reorder = faults.get('reorder')
  if (reorder && !holds.isHolding(job.target)) {
    await tools.wait(reorder.ms, holds.begin(job.target))
    holds.end(job.target)
  }
  if (route.find(job.target) === undefined) return undefined

  const createdAt = new Date(clock.now()).toISOString()
  const signed = prepare(job, tools, faults)
  const request = { url: place.url, headers: toSentHeaders(place.url, signed), body: signed.body }
  const record = (sent: SentRequest): DeliveryAttempt =>
    toAttempt(job, { route, number, createdAt, request, sent, faults: [...faults.keys()] })

  if (faults.has('drop')) {
    const lost = record({ code: 0, error: 'the connection broke (fault: drop)', durationMs: 0 })
    return { attempts: [lost], isDelivered: false, isRetried: true, retryAfterSeconds: 0 }
  }
  const delay = faults.get('delay')
  if (delay) await tools.wait(delay.ms)

  const outgoing: OutgoingRequest = {
    ...request,
    timeoutMs: route.rules?.timeoutMs ?? tools.timeoutMs,
    slowBodyMs: faults.get('slow-body')?.ms,
    signal: tools.signal,
  }
  const sent: SentRequest[] = []
  for (let copy = 0; copy < (faults.has('duplicate') ? 2 : 1); copy += 1) {
    sent.push(await tools.inSlot(() => sendRequest(outgoing)))
  }
  holds.release(job.target)
  return {
    attempts: sent.map(record),
    isDelivered: sent.some(({ code }) => succeeds(route, code)),
    isRetried: sent.some(({ code }) => route.rules?.retriesAfter(code) ?? true),
    retryAfterSeconds: Math.max(...sent.map(({ retryAfterSeconds = 0 }) => retryAfterSeconds)),
  }
}

function prepare(job: Job, { route, clock, random }: AttemptTools, faults: DrawnFaults): SignedRequest {
  const request = route.sign(job, {
    now: clock.now(),
    isForged: faults.has('wrong-signature'),
    ageMs: faults.get('stale')?.ms ?? 0,
  })
  if (!faults.has('corrupt')) return request
  return { ...request, body: corrupt(request.body, random, route.corruptible?.(request.body)) }
}

function succeeds({ rules }: Route, code: number): boolean {
  return rules?.succeeds(code) ?? (code >= 200 && code < 300)
}

interface AttemptParts {
  readonly route: Route
  readonly number: number
  readonly createdAt: string
  readonly request: Pick<OutgoingRequest, 'url' | 'headers' | 'body'>
  readonly sent: SentRequest
  readonly faults: string[]
}

/** What is kept of a request and its answer. */
export function toAttempt(
  job: Pick<Job, 'id' | 'platform' | 'target' | 'eventType'>,
  parts: AttemptParts,
): DeliveryAttempt {
  const { route, request, sent } = parts
  return {
    id: createId('att'),
    deliveryId: job.id,
    platform: job.platform,
    target: job.target,
    eventType: job.eventType,
    url: request.url,
    requestHeaders: toState(request.headers),
    requestBody: Buffer.from(request.body).toString('base64'),
    requestBytes: request.body.byteLength,
    responseCode: sent.code,
    responseHeaders: sent.headers && toState(sent.headers),
    responseBody: sent.body,
    responseContentType: sent.contentType,
    durationMs: sent.durationMs,
    attemptNumber: parts.number,
    status: succeeds(route, sent.code) ? 'success' : 'failed',
    errorMessage: sent.error,
    faults: parts.faults,
    createdAt: parts.createdAt,
  }
}

function toState(headers: Headers): [name: string, value: string][] {
  return headers.map(([name, value]) => [name, value])
}

/** Deliveries held back by `reorder`: at most one per webhook, until another delivery is sent. */
export interface Holds {
  /** Whether a delivery of this webhook is already held. */
  isHolding(target: string): boolean
  /** Resolves when another delivery of the webhook was sent. */
  begin(target: string): Promise<void>
  /** Stops holding. */
  end(target: string): void
  /** Call it when a delivery of the webhook was sent. */
  release(target: string): void
}

/** Creates the record of held deliveries. */
export function createHolds(): Holds {
  const held = new Map<string, () => void>()
  return {
    isHolding: (target) => held.has(target),
    begin: (target) => new Promise((resolve) => held.set(target, resolve)),
    end: (target) => void held.delete(target),
    release: (target) => held.get(target)?.(),
  }
}
