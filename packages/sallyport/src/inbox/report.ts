import { channel } from 'node:diagnostics_channel'

/** What happened to an event in the inbox; never its content. */
export interface InboxReport {
  readonly outcome: 'stored' | 'duplicate' | 'handled' | 'retried' | 'dead'
  readonly key: string
  readonly provider: string
  readonly type: string
  readonly id: string
  /** Attempts begun, for outcomes of an attempt. */
  readonly attempt?: number | undefined
  /** Milliseconds that the handlers took, for outcomes of an attempt; `undefined` where the attempt was lost. */
  readonly durationMs?: number | undefined
  /** The error of a failed attempt. */
  readonly error?: unknown
}

/** Name of the `node:diagnostics_channel` that carries every `InboxReport`. */
export const inboxChannel = 'sallyport:inbox'

const reports = channel(inboxChannel)

/** Publishes a report to the subscribers of the channel. */
export function publish(report: InboxReport): void {
  if (reports.hasSubscribers) reports.publish(report)
}

/** Whether anybody gets reports of inboxes. */
export function hasInboxListeners(): boolean {
  return reports.hasSubscribers
}
