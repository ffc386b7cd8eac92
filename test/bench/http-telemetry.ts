import type { Server } from 'node:http'
import { context, SpanKind, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { ExportResultCode } from '@opentelemetry/core'
import { AggregationTemporality, InMemoryMetricExporter } from '@opentelemetry/sdk-metrics'
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { BatchSpanProcessor, TracerProvider, type SpanExporter } from '@opentelemetry/sdk-trace'
import type { Receiver } from 'sallyport'
import { startOpenTelemetry } from 'sallyport/opentelemetry'
import { createPrometheusEndpoint } from 'sallyport/prometheus'

/**
 * Turns everything on: spans in batches, the metrics of OpenTelemetry and those of Prometheus. Each request has a server span, made
 * as HTTP instrumentation makes it, without its many attributes: what that costs is not ours.
 */
export function startTelemetry(server: Server, receivers: readonly Receiver[]): void {
  const exporter: SpanExporter = {
    export: (_spans, done) => done({ code: ExportResultCode.SUCCESS }),
    async forceFlush() {},
    async shutdown() {},
  }
  const tracerProvider = new TracerProvider({ spanProcessors: [new BatchSpanProcessor({ exporter })] })
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  const meterProvider = new MeterProvider({
    readers: [
      new PeriodicExportingMetricReader({
        exporter: new InMemoryMetricExporter(AggregationTemporality.DELTA),
        exportIntervalMillis: 10_000,
      }),
    ],
  })
  startOpenTelemetry({ receivers, tracerProvider, meterProvider })
  createPrometheusEndpoint({ receivers })
  const tracer = tracerProvider.getTracer('bench')
  const emit = server.emit.bind(server)
  server.emit = (event: string, ...given: unknown[]) => {
    if (event !== 'request') return emit(event, ...given)
    const span = tracer.startSpan('POST', { kind: SpanKind.SERVER })
    const [, response] = given as [unknown, NodeJS.EventEmitter]
    response.once('close', () => span.end())
    return context.with(trace.setSpan(context.active(), span), () => emit(event, ...given))
  }
}
