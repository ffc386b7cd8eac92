import type { Attributes, Counter, Histogram, Meter, ObservableGauge } from '@opentelemetry/api'
import type { ReadGauges } from '../gauges.ts'
import { listMetrics } from '../metrics.ts'
import type { CounterName, HistogramName, Instruments, Label, Labels, MetricName } from '../metrics.ts'

/** Makes the counters and histograms of the table. */
export function createInstruments(meter: Meter): Instruments {
  const counters = new Map<CounterName, Counter>(
    listMetrics('counter').map(([key, { name, description, unit }]) => [
      key,
      meter.createCounter(name, { description, unit }),
    ]),
  )
  const histograms = new Map<HistogramName, Histogram>(
    listMetrics('histogram').map(([key, { name, description, unit, bounds }]) => [
      key,
      meter.createHistogram(name, { description, unit, advice: { explicitBucketBoundaries: [...bounds!] } }),
    ]),
  )
  return {
    add: (name, labels, count) => counters.get(name)!.add(count, toAttributes(labels)),
    record: (name, value, labels) => histograms.get(name)!.record(value, toAttributes(labels)),
  }
}

/** Makes the gauges of the table, which are read when they are collected. @returns ends it */
export function observeGauges(meter: Meter, readGauges: ReadGauges): () => void {
  const gauges = new Map<MetricName, ObservableGauge>(
    listMetrics('gauge').map(([key, { name, description, unit }]) => [
      key,
      meter.createObservableGauge(name, { description, unit }),
    ]),
  )
  const all = [...gauges.values()]
  const observe: Parameters<Meter['addBatchObservableCallback']>[0] = async (observer) => {
    for (const { name, value, labels } of await readGauges())
      observer.observe(gauges.get(name)!, value, toAttributes(labels))
  }
  meter.addBatchObservableCallback(observe, all)
  return () => meter.removeBatchObservableCallback(observe, all)
}

const attributeNames: Readonly<Record<Label, string>> = {
  provider: 'sallyport.provider',
  outcome: 'sallyport.outcome',
  code: 'sallyport.code',
  type: 'sallyport.event.type',
  inbox: 'sallyport.inbox',
  source: 'sallyport.source',
}

function toAttributes(labels: Labels): Attributes {
  const attributes: Attributes = {}
  for (const label in labels) attributes[attributeNames[label as Label]] = labels[label as Label]
  return attributes
}
