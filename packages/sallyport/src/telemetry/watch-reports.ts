import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { inboxChannel, type InboxReport } from '../inbox/report.ts'
import { deliveryChannel, runHook, type DeliveryReport } from '../receive/report.ts'
import type { HistogramName, Instruments, Labels } from './metrics.ts'

/**
 * Counts and measures by the reports of the diagnostics channels.
 *
 * @param toType bounds the label `type`
 * @returns ends it
 */
export function watchReports(instruments: Instruments, toType: (provider: string, type: string) => string): () => void {
  function recordMs(name: HistogramName, ms: number | undefined, labels: Labels): void {
    // A clock that was set back has no duration.
    if (ms !== undefined && ms >= 0) instruments.record(name, ms / 1_000, labels)
  }

  function addDelivery(report: DeliveryReport): void {
    const { provider, outcome, code, eventType, bodyBytes } = report
    const labels = { provider }
    instruments.add('deliveries', code === undefined ? { provider, outcome } : { provider, outcome, code }, 1)
    if (outcome === 'duplicate') instruments.add('duplicates', labels, 1)
    if (bodyBytes !== undefined) instruments.record('bodySize', bodyBytes, labels)
    recordMs('deliveryDuration', report.durationMs, labels)
    recordMs('verifyDuration', report.verifyMs, labels)
    recordMs('acceptDuration', report.acceptMs, labels)
    if (report.handlerMs !== undefined && eventType !== undefined)
      recordMs('handlerDuration', report.handlerMs, { provider, type: toType(provider, eventType), outcome })
  }

  function addInbox({ provider, type, outcome, durationMs }: InboxReport): void {
    const labels = { provider, type: toType(provider, type), outcome }
    instruments.add('inboxEvents', labels, 1)
    recordMs('handlerDuration', durationMs, labels)
  }

  // What a subscriber throws would end the process.
  const onDelivery = (report: unknown): void => void runHook('telemetry', () => addDelivery(report as DeliveryReport))
  const onInbox = (report: unknown): void => void runHook('telemetry', () => addInbox(report as InboxReport))
  subscribe(deliveryChannel, onDelivery)
  subscribe(inboxChannel, onInbox)
  return () => {
    unsubscribe(deliveryChannel, onDelivery)
    unsubscribe(inboxChannel, onInbox)
  }
}
