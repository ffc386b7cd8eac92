import { channel } from 'node:diagnostics_channel'
import type { PlatformErrorCode } from '../error-codes.ts'

/** What is told of one HTTP request to a platform; never a credential, an id or a body. */
export interface RequestReport {
  readonly platform: string
  /** The method that was called, as `webhooks.register`. */
  readonly operation: string
  readonly method: string
  /** 1 for the first try. */
  readonly attempt: number
  /** HTTP status, where there was an answer. */
  readonly status?: number
  /** Why it failed. */
  readonly code?: PlatformErrorCode
  readonly durationMs: number
  /** Milliseconds until the next try, where there is one. */
  readonly retryInMs?: number
}

/** Name of the `node:diagnostics_channel` that carries a `RequestReport` for every request to a platform. */
export const requestChannel = 'sallyport:request'

const requests = channel(requestChannel)

/** Publishes a report to whoever listens. */
export function publish(report: RequestReport): void {
  if (requests.hasSubscribers) requests.publish(report)
}
