import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { deliveryChannel, type DeliveryReport } from 'sallyport'
import type { AppResult } from './forward.ts'

/** One request, and what became of it. Filled in on its way. */
export interface Exchange {
  /** Milliseconds since 1970. */
  readonly receivedAt: number
  readonly method: string
  readonly url: string
  /** As they arrived: name, value, name, value … */
  readonly rawHeaders: readonly string[]
  readonly remoteAddress: string | undefined
  readonly secure: boolean | undefined
  /** Name of the provider at its path, if there is one. */
  readonly provider: string | undefined
  /** Sent again from the view. */
  readonly isResent: boolean
  /** The exact bytes; `undefined` where they were not read. */
  body?: Uint8Array | undefined
  /** What the receiver says; `undefined` if no receiver looked. */
  report?: DeliveryReport | undefined
  /** What the event is, where its type does not say: the action of Fleet. */
  label?: string | undefined
  /** Why a body could not be read and forwarded. */
  unreadable?: string | undefined
  /** What the app answered; only with `--forward-to`. */
  app?: AppResult | undefined
  /** Status the sender got. */
  status?: number | undefined
  durationMs?: number | undefined
}

const current = new AsyncLocalStorage<Exchange>()

/** Runs work for an exchange; what is reported and noted meanwhile belongs to it. */
export const within = <Result>(exchange: Exchange, work: () => Result): Result => current.run(exchange, work)

/** Names the event of the exchange under way. */
export function noteLabel(label: string): void {
  const exchange = current.getStore()
  if (exchange !== undefined) exchange.label = label
}

/** Keeps each report with its exchange. Returns a function that stops it. */
export function keepReports(): () => void {
  const keep = (message: unknown): void => {
    const exchange = current.getStore()
    if (exchange !== undefined) exchange.report = message as DeliveryReport
  }
  subscribe(deliveryChannel, keep)
  return () => void unsubscribe(deliveryChannel, keep)
}

/** What Sallyport says of a delivery. */
export interface Verdict {
  readonly kind: 'good' | 'bad' | 'failed' | 'unchecked'
  /** An outcome, an error code, or why nothing was checked. */
  readonly text: string
}

/** @param isForwarded says "verified" where a receiver says what its handlers did */
export function toVerdict({ report, provider, unreadable }: Exchange, isForwarded: boolean): Verdict {
  if (report === undefined) {
    if (unreadable !== undefined) return { kind: 'bad', text: unreadable }
    return { kind: 'unchecked', text: provider === undefined ? 'no provider at this path' : 'no secret: not checked' }
  }
  const { code, outcome, status } = report
  if (code !== undefined) return { kind: status < 500 ? 'bad' : 'failed', text: code }
  return { kind: 'good', text: isForwarded && outcome !== 'duplicate' ? 'verified' : outcome }
}

/** The type of an event, or what says more; `undefined` before it is verified. */
export function toEventName({ label, report }: Exchange): string | undefined {
  return label ?? report?.eventType
}
