import type { ErrorCode } from '../errors/error-codes.ts'
import { printError } from '../errors/print-error.ts'
import { tryRead } from '../errors/sallyport-error.ts'
import type { KnownFacts } from '../verify/authenticate.ts'
import type { DeliveryHead } from '../verify/delivery.ts'
import { readClock } from '../verify/head.ts'
import type { Outcome } from './reply.ts'
import type { Timing } from './timing.ts'
import { isPromise } from '../verify/verdict.ts'

/** What is reported about a delivery: never a payload, a signature or a secret. */
export interface DeliveryReport {
  readonly provider: string
  readonly outcome: Outcome
  /** HTTP status of the answer. */
  readonly status: number
  readonly code?: ErrorCode | undefined
  /** Which secret matched, once one has. */
  readonly keyId?: string | undefined
  readonly tenant?: string | undefined
  /** Only for a verified delivery. */
  readonly eventType?: string | undefined
  readonly eventId?: string | undefined
  readonly remoteAddress?: string | undefined
  /** Announced length in bytes. */
  readonly contentLength?: number | undefined
  /** Bytes read. */
  readonly bodyBytes?: number | undefined
  readonly receivedAt: Date
  /** Milliseconds from arrival to answer. */
  readonly durationMs: number
  /** Milliseconds of the signature check, without the wait for the body. This and the next two only where a channel has subscribers. */
  readonly verifyMs?: number | undefined
  /** Milliseconds until the inbox stored the event, or the replay guard let it pass. */
  readonly acceptMs?: number | undefined
  /** Milliseconds of validation and handlers; with an inbox they run later, and `InboxReport` has their time. */
  readonly handlerMs?: number | undefined
  /** Places in the data that do not match the schema, for `PAYLOAD_INVALID`. */
  readonly issues?: readonly string[] | undefined
}

/** What the stages learn about a delivery; the one mutable record on its way. */
export interface Facts extends KnownFacts {
  eventType?: string | undefined
  eventId?: string | undefined
  issues?: readonly string[] | undefined
  timing?: Timing | undefined
}

/** `node:diagnostics_channel` names: every delivery; only refused and failed ones. */
export const deliveryChannel = 'sallyport:delivery'
export const refusalChannel = 'sallyport:refusal'

/** Name of the channel that carries a `RecordMessage` per delivery to `recordDeliveries`; not for others to subscribe to. */
export const recordChannel = 'sallyport:record'

/** What a record of deliveries gets. */
export interface RecordMessage {
  readonly report: DeliveryReport
  /** As they arrived; only for a delivery with a code. */
  readonly headerNames: readonly string[]
  /** What took the delivery. */
  readonly receiver: object
}

/** Counts of outcomes and of error codes since start-up. */
export interface Counts {
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>
  readonly codes: Readonly<Partial<Record<ErrorCode, number>>>
}

/**
 * The report of a delivery. A request that could not be read has no head, and a clock may fail: the report says what is left.
 *
 * @param provider name of what took it
 */
export function toReport(
  provider: string,
  now: () => number,
  head: DeliveryHead | undefined,
  { timing, ...facts }: Facts,
  { outcome, status, code }: Pick<DeliveryReport, 'outcome' | 'status' | 'code'>,
): DeliveryReport {
  const time = tryRead(() => readClock(now), head?.receivedAt ?? Date.now())
  const receivedAt = head?.receivedAt ?? time
  return {
    provider,
    ...facts,
    outcome,
    status,
    code,
    remoteAddress: head?.remoteAddress,
    receivedAt: new Date(receivedAt),
    durationMs: time - receivedAt,
    ...timing?.read(),
  }
}

/**
 * Runs a user's hook, which may be asynchronous. A hook that fails is printed and changes nothing.
 *
 * @returns the hook's work, where it goes on; never rejects
 */
export function runHook(name: string, hook: () => unknown): Promise<unknown> | undefined {
  const print = (error: unknown): void => printError(`sallyport: ${name} failed:`, error)
  try {
    const result = hook()
    return isPromise(result) ? Promise.resolve(result).catch(print) : undefined
  } catch (error) {
    print(error)
    return undefined
  }
}
