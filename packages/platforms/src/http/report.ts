import { channel } from 'node:diagnostics_channel'
import type { PlatformErrorCode } from '../error-codes.ts'

/** A report about one HTTP request to a platform, without credentials, ids and bodies. */
export interface RequestReport {
  readonly platform: string
  /** The method that was called, as `webhooks.register`. */
  readonly operation: string
  readonly method: string
  /** 1 for the first try. */
  readonly attempt: number
  /** HTTP status, if the platform answered. */
  readonly status?: number | undefined
  /** Why it failed. */
  readonly code?: PlatformErrorCode | undefined
  readonly durationMs: number
  /** Milliseconds until the retry, if there is one. */
  readonly retryInMs?: number | undefined
}

/** The `node:diagnostics_channel` that publishes a `RequestReport` for every request to a platform. */
export const requestChannel = 'sallyport:request'

const requests = channel(requestChannel)

/** Publishes a report to the subscribers of the channel. */
export function publish(report: RequestReport): void {
  if (requests.hasSubscribers) requests.publish(report)
}
