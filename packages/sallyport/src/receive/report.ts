import { channel } from 'node:diagnostics_channel'
import type { ErrorCode } from '../errors/error-codes.ts'
import { printError } from '../errors/print-error.ts'
import type { KnownFacts } from '../verify/authenticate.ts'
import type { HeaderList } from '../verify/header-list.ts'
import type { Outcome } from './reply.ts'

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
  /** Places in the data that do not match the schema, for `PAYLOAD_INVALID`. */
  readonly issues?: readonly string[] | undefined
}

/** What the stages learn about a delivery; the one mutable record on its way. */
export interface Facts extends KnownFacts {
  eventType?: string | undefined
  eventId?: string | undefined
  issues?: readonly string[] | undefined
}

/** `node:diagnostics_channel` names: every delivery; only refused and failed ones. */
export const deliveryChannel = 'sallyport:delivery'
export const refusalChannel = 'sallyport:refusal'

/** Name of the channel that carries a `RecordMessage` per delivery to `recordDeliveries`; not for others to subscribe to. */
export const recordChannel = 'sallyport:record'

const deliveries = channel(deliveryChannel)
const records = channel(recordChannel)
const refusals = channel(refusalChannel)

/** Whether anybody would get the report of such a delivery. */
export function hasListeners({ code }: Pick<DeliveryReport, 'code'>): boolean {
  return deliveries.hasSubscribers || (code !== undefined && refusals.hasSubscribers)
}

/** Publishes a report to the channels' subscribers. */
export function publish(report: DeliveryReport): void {
  if (deliveries.hasSubscribers) deliveries.publish(report)
  if (report.code !== undefined && refusals.hasSubscribers) refusals.publish(report)
}

/** What a record of deliveries gets. */
export interface RecordMessage {
  readonly report: DeliveryReport
  /** As they arrived; only for a delivery with a code. */
  readonly headerNames: readonly string[]
  /** What took the delivery. */
  readonly receiver: object
}

/** Whether deliveries are recorded. A record takes nothing from the log: it prints no line. */
export function hasRecords(): boolean {
  return records.hasSubscribers
}

/** Publishes a delivery to the records. */
export function publishToRecords(report: DeliveryReport, headers: HeaderList | undefined, receiver: object): void {
  const headerNames = report.code === undefined ? [] : (headers?.names() ?? [])
  records.publish({ report, headerNames, receiver } satisfies RecordMessage)
}

/** Counts of outcomes and of error codes since start-up. */
export interface Counts {
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>
  readonly codes: Readonly<Partial<Record<ErrorCode, number>>>
}

/** Counts reports. */
export class Counter {
  readonly #outcomes: Partial<Record<Outcome, number>> = {}
  readonly #codes: Partial<Record<ErrorCode, number>> = {}

  add({ outcome, code }: Pick<DeliveryReport, 'outcome' | 'code'>): void {
    this.#outcomes[outcome] = (this.#outcomes[outcome] ?? 0) + 1
    if (code !== undefined) this.#codes[code] = (this.#codes[code] ?? 0) + 1
  }

  read(): Counts {
    return { outcomes: { ...this.#outcomes }, codes: { ...this.#codes } }
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
    // Also another library's promise, or one from another realm.
    const goesOn = typeof result === 'object' && result !== null && 'then' in result
    return goesOn ? Promise.resolve(result).catch(print) : undefined
  } catch (error) {
    print(error)
    return undefined
  }
}
