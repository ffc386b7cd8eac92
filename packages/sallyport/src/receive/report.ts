import { channel } from 'node:diagnostics_channel'
import type { ErrorCode } from '../errors/error-codes.ts'
import type { Outcome } from './reply.ts'

/** What is told about a delivery: never a payload, a signature or a secret. */
export interface DeliveryReport {
  readonly provider: string
  readonly outcome: Outcome
  /** HTTP status answered. */
  readonly status: number
  readonly code?: ErrorCode
  /** Which secret matched, once one has. */
  readonly keyId?: string
  readonly tenant?: string
  /** Only of a verified delivery. */
  readonly eventType?: string
  readonly eventId?: string
  readonly remoteAddress?: string
  /** Announced length in bytes. */
  readonly contentLength?: number
  /** Bytes read. */
  readonly bodyBytes?: number
  readonly receivedAt: Date
  /** Milliseconds from arrival to answer. */
  readonly durationMs: number
  /** Places in the data that do not match the schema, for `PAYLOAD_INVALID`. */
  readonly issues?: readonly string[]
}

/** `node:diagnostics_channel` names: every delivery; refused and failed ones alone. */
export const deliveryChannel = 'sallyport:delivery'
export const refusalChannel = 'sallyport:refusal'

const deliveries = channel(deliveryChannel)
const refusals = channel(refusalChannel)

/** Whether anybody would get the report of such a delivery. */
export function hasListeners({ code }: Pick<DeliveryReport, 'code'>): boolean {
  return deliveries.hasSubscribers || (code !== undefined && refusals.hasSubscribers)
}

/** Publishes a report to whoever listens. */
export function publish(report: DeliveryReport): void {
  if (deliveries.hasSubscribers) deliveries.publish(report)
  if (report.code !== undefined && refusals.hasSubscribers) refusals.publish(report)
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
