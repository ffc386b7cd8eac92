import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { deliveryChannel, type DeliveryReport } from 'sallyport'
import { inboxChannel, type InboxReport } from 'sallyport/inbox'
import { toLine, type Output } from '../output.ts'

/** Prints a line per delivery and per result of the inbox. Returns a function that stops it. */
export function printDeliveries(output: Output): () => void {
  const onDelivery = (message: unknown): void => printDelivery(output, message as DeliveryReport)
  const onInbox = (message: unknown): void => printInbox(output, message as InboxReport)
  subscribe(deliveryChannel, onDelivery)
  subscribe(inboxChannel, onInbox)
  return () => {
    unsubscribe(deliveryChannel, onDelivery)
    unsubscribe(inboxChannel, onInbox)
  }
}

function printDelivery(output: Output, report: DeliveryReport): void {
  const { provider, outcome, status, code, eventType, eventId, bodyBytes, durationMs, receivedAt, keyId, issues } =
    report
  const ok = status < 400
  const milliseconds = Math.round(durationMs * 10) / 10
  const style = ok ? 'green' : status < 500 ? 'yellow' : 'red'
  const text = [
    receivedAt.toISOString().slice(11, 19),
    output.style(style, `${status} ${(code ?? outcome).padEnd(ok ? 9 : 18)}`),
    toLine(provider).padEnd(10),
    ...(eventType === undefined ? [] : [toLine(eventType)]),
    ...(bodyBytes === undefined ? [] : [`${bodyBytes.toLocaleString('en')} B`]),
    `${milliseconds} ms`,
    ...(issues ? [`at ${toLine(issues.join(', '))}`] : []),
  ]
  const facts = {
    provider,
    outcome,
    status,
    code,
    eventType,
    eventId,
    keyId,
    bodyBytes,
    durationMs: milliseconds,
    issues,
  }
  output.result({ ok, kind: 'delivery', at: receivedAt.toISOString(), ...facts }, text.join('  '))
}

function printInbox(output: Output, { outcome, key, provider, type, attempt, error }: InboxReport): void {
  // The line of the delivery says so.
  if (outcome === 'stored' || outcome === 'duplicate') return
  const ok = outcome === 'handled'
  const at = new Date().toISOString()
  const reason = error === undefined ? undefined : toLine(error instanceof Error ? error.message : error)
  const word = output.style(ok ? 'dim' : 'red', `inbox ${outcome.padEnd(7)}`)
  const text = [
    at.slice(11, 19),
    word,
    toLine(provider).padEnd(10),
    toLine(type),
    ...(reason === undefined ? [] : [reason]),
  ]
  output.result({ ok, kind: 'inbox', at, outcome, key, provider, type, attempt, error: reason }, text.join('  '))
}
