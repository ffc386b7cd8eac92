import { channel } from 'node:diagnostics_channel'

/** What happened to an event in the inbox; never its content. */
export interface InboxReport {
  readonly outcome: 'stored' | 'duplicate' | 'handled' | 'retried' | 'dead'
  readonly key: string
  readonly provider: string
  readonly type: string
  readonly id: string
  /** Runs begun, for outcomes of a run. */
  readonly attempt?: number
  /** The error of a failed run. */
  readonly error?: unknown
}

/** Name of the `node:diagnostics_channel` that carries every `InboxReport`. */
export const inboxChannel = 'sallyport:inbox'

const reports = channel(inboxChannel)

/** Publishes a report to whoever listens. */
export function publish(report: InboxReport): void {
  if (reports.hasSubscribers) reports.publish(report)
}
