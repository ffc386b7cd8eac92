import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { inboxChannel, type InboxReport } from 'sallyport/inbox'
import { toLine, type Output } from '../output.ts'
import { timeOf } from './describe-exchange.ts'
import type { ReceiverPlan } from './receivers.ts'

/**
 * Prints a line per result of the inbox. Returns a function that stops it.
 *
 * @param nameWidth columns for the name of the provider
 */
export function printInbox(output: Output, nameWidth: number, labels: ReceiverPlan['labels']): () => void {
  const onInbox = (message: unknown): void => {
    const report = message as InboxReport
    print(output, nameWidth, report, labels.get(report.id))
    if (report.outcome === 'handled' || report.outcome === 'dead') labels.delete(report.id)
  }
  subscribe(inboxChannel, onInbox)
  return () => void unsubscribe(inboxChannel, onInbox)
}

function print(
  output: Output,
  nameWidth: number,
  { outcome, key, provider, type, attempt, error }: InboxReport,
  label: string | undefined,
): void {
  // The line of the delivery says so.
  if (outcome === 'stored' || outcome === 'duplicate') return
  const ok = outcome === 'handled'
  const now = Date.now()
  const reason = error === undefined ? undefined : toLine(error instanceof Error ? error.message : error)
  const text = [
    timeOf(now),
    '   ',
    toLine(provider).padEnd(nameWidth),
    output.style(ok ? 'dim' : 'red', `inbox ${outcome}`.padStart(14)),
    ' '.repeat(9),
    toLine(label ?? type),
    ...(reason === undefined ? [] : [reason]),
  ]
  const at = new Date(now).toISOString()
  output.result({ ok, kind: 'inbox', at, outcome, key, provider, type, label, attempt, error: reason }, text.join('  '))
}
