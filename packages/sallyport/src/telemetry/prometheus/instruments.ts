import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { ReadGauges } from '../gauges.ts'
import { listMetrics, metrics, type CounterName, type Instruments, type Metric, type MetricName } from '../metrics.ts'
import { toPrometheusName } from './prometheus-name.ts'

/** Registers the counters and histograms of the table. */
export function createInstruments(registry: Registry, read: () => Promise<void>): Instruments {
  const counters = new Map<CounterName, Counter>(
    listMetrics('counter').map(([name, metric]) => {
      // Counted while the gauges are read: shown in the same scrape.
      const collect = name === 'readErrors' ? read : undefined
      return [name, new Counter({ ...toConfiguration(metric, registry), ...(collect && { collect }) })]
    }),
  )
  const histograms = new Map<MetricName, Histogram>(
    listMetrics('histogram').map(([name, metric]) => [
      name,
      new Histogram({ ...toConfiguration(metric, registry), buckets: [...metric.bounds!] }),
    ]),
  )
  return {
    add: (name, labels, count) => counters.get(name)!.inc(labels, count),
    record: (name, value, labels) => histograms.get(name)!.observe(labels, value),
  }
}

/** Registers the gauges of the table; returns what reads them, once per scrape. */
export function createGauges(registry: Registry, readGauges: ReadGauges): () => Promise<void> {
  let reading: Promise<void> | undefined
  // Every gauge of a scrape asks in the same turn.
  const readOnce = (): Promise<void> => (reading ??= readAll().finally(() => (reading = undefined)))
  const gauges = new Map<MetricName, Gauge>(
    listMetrics('gauge').map(([name, metric]) => [
      name,
      new Gauge({ ...toConfiguration(metric, registry), aggregator: metric.worst ?? 'max', collect: readOnce }),
    ]),
  )

  async function readAll(): Promise<void> {
    const readings = await readGauges()
    for (const gauge of gauges.values()) gauge.reset()
    for (const { name, value, labels } of readings) gauges.get(name)!.set(labels, value)
  }

  return readOnce
}

const names = Object.values(metrics).map(toPrometheusName)

/** A name of the table that a registry has already. */
export function findTaken(registry: Registry): string | undefined {
  return names.find((name) => registry.getSingleMetric(name) !== undefined)
}

/** Removes every metric of the table from a registry. */
export function removeMetrics(registry: Registry): void {
  for (const name of names) registry.removeSingleMetric(name)
}

function toConfiguration(metric: Metric, registry: Registry) {
  return { name: toPrometheusName(metric), help: metric.description, labelNames: metric.labels, registers: [registry] }
}
