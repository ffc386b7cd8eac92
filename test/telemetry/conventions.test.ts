import * as incubating from '@opentelemetry/semantic-conventions/incubating'
import { expect, it } from 'vitest'
import {
  conventions,
  operationTypes,
  otherError,
  own,
} from '../../packages/sallyport/src/telemetry/opentelemetry/conventions.ts'
import { metrics } from '../../packages/sallyport/src/telemetry/metrics.ts'
import { toPrometheusName } from '../../packages/sallyport/src/telemetry/prometheus/prometheus-name.ts'
import { findTable, readDocument } from '../support/docs/markdown.ts'
import manifest from '../../package.json' with { type: 'json' }

it('names are those of the semantic conventions 1.44', () => {
  expect(manifest.devDependencies['@opentelemetry/semantic-conventions']).toBe('1.44.0')
  expect(conventions).toEqual({
    errorType: incubating.ATTR_ERROR_TYPE,
    messagingSystem: incubating.ATTR_MESSAGING_SYSTEM,
    operationName: incubating.ATTR_MESSAGING_OPERATION_NAME,
    operationType: incubating.ATTR_MESSAGING_OPERATION_TYPE,
    destinationName: incubating.ATTR_MESSAGING_DESTINATION_NAME,
    messageId: incubating.ATTR_MESSAGING_MESSAGE_ID,
  })
  expect(operationTypes).toEqual({
    publish: incubating.MESSAGING_OPERATION_TYPE_VALUE_SEND,
    process: incubating.MESSAGING_OPERATION_TYPE_VALUE_PROCESS,
  })
  expect(otherError).toBe(incubating.ERROR_TYPE_VALUE_OTHER)
})

it('own names take none of the conventions', () => {
  const taken = new Set(Object.values(incubating).filter((value) => typeof value === 'string'))
  for (const name of [...Object.values(own), ...Object.values(metrics).map((metric) => metric.name)]) {
    expect(name).toMatch(/^sallyport(?:\.[a-z_]+)+$/)
    expect(taken).not.toContain(name)
  }
})

it('Prometheus has the names that an OpenTelemetry exporter gives', () => {
  expect(Object.values(metrics).map(toPrometheusName).toSorted()).toMatchInlineSnapshot(`
    [
      "sallyport_deliveries_total",
      "sallyport_delivery_accept_duration_seconds",
      "sallyport_delivery_body_size_bytes",
      "sallyport_delivery_duration_seconds",
      "sallyport_delivery_verify_duration_seconds",
      "sallyport_duplicates_total",
      "sallyport_handler_duration_seconds",
      "sallyport_inbox_dead",
      "sallyport_inbox_events_total",
      "sallyport_inbox_oldest_waiting_seconds",
      "sallyport_inbox_retrying",
      "sallyport_inbox_running",
      "sallyport_inbox_size_bytes",
      "sallyport_inbox_waiting",
      "sallyport_read_errors_total",
      "sallyport_replay_guard_held",
      "sallyport_replay_guard_utilization_ratio",
      "sallyport_secret_remaining_seconds",
    ]
  `)
})

it('docs/operations/telemetry.md lists every metric with its kind, labels and meaning', () => {
  const { rows } = findTable(readDocument('docs/operations/telemetry.md'), 'Metric')
  const expected = Object.values(metrics).map((metric) => [
    `\`${toPrometheusName(metric)}\``,
    metric.kind,
    metric.labels.map((label) => `\`${label}\``).join(', '),
    metric.description.replace(/\.$/, ''),
  ])
  expect(rows).toEqual(expected)
})
