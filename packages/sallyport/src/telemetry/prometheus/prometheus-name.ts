import type { Metric } from '../metrics.ts'

const suffixes: Readonly<Record<string, string>> = { s: '_seconds', By: '_bytes', '1': '_ratio' }

/**
 * The name of a metric in Prometheus, as the OpenTelemetry specification translates it: the unit follows in full, and `_total` a
 * counter. An OpenTelemetry exporter for Prometheus gives the same.
 *
 * @example
 * toPrometheusName(metrics.verifyDuration) // 'sallyport_delivery_verify_duration_seconds'
 */
export function toPrometheusName({ name, unit, kind }: Pick<Metric, 'name' | 'unit' | 'kind'>): string {
  const base = name.replaceAll('.', '_') + (suffixes[unit] ?? '')
  return kind === 'counter' ? `${base}_total` : base
}
