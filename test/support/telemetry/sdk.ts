import { context, propagation, trace, type SpanContext } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { MeterProvider, MetricReader, type DataPoint, type MetricData } from '@opentelemetry/sdk-metrics'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace'

/** The SDK of OpenTelemetry, registered as a program does it, with spans kept in memory. */
export interface TestSdk {
  readonly tracerProvider: TracerProvider
  /** Spans that have ended, in the order they began. */
  spans(): ReadableSpan[]
  /** The one span of this name. @throws Error for none or several */
  span(name: string): ReadableSpan
  reset(): void
}

export function registerSdk(): TestSdk {
  const exporter = new InMemorySpanExporter()
  const tracerProvider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] })
  trace.setGlobalTracerProvider(tracerProvider)
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  propagation.setGlobalPropagator(new W3CTraceContextPropagator())
  const toTime = ({ startTime: [seconds, nanoseconds] }: ReadableSpan): number => seconds * 1e9 + nanoseconds
  const spans = (): ReadableSpan[] => exporter.getFinishedSpans().toSorted((one, other) => toTime(one) - toTime(other))
  return {
    tracerProvider,
    spans,
    span(name) {
      const [found, ...more] = spans().filter((span) => span.name === name)
      if (found === undefined || more.length > 0) throw new Error(`${more.length + (found ? 1 : 0)} spans "${name}"`)
      return found
    },
    reset: () => exporter.reset(),
  }
}

/** The ids of the spans that a span links to. */
export function linksOf(span: ReadableSpan): string[] {
  return span.links.map(({ context: { spanId } }: { context: SpanContext }) => spanId)
}

class Reader extends MetricReader {
  protected async onShutdown(): Promise<void> {}
  protected async onForceFlush(): Promise<void> {}
}

/** Metrics of the SDK, read when they are asked for. */
export interface TestMeters {
  readonly meterProvider: MeterProvider
  /** Metrics by name. */
  collect(): Promise<ReadonlyMap<string, MetricData>>
}

export function createMeters(): TestMeters {
  const reader = new Reader()
  const meterProvider = new MeterProvider({ readers: [reader] })
  return {
    meterProvider,
    async collect() {
      const { resourceMetrics } = await reader.collect()
      const all = resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics)
      return new Map(all.map((metric) => [metric.descriptor.name, metric]))
    },
  }
}

/** Values of a metric, each with its attributes; of a histogram the count. */
export function valuesOf(metric: MetricData | undefined): [attributes: object, value: number][] {
  const points = (metric?.dataPoints ?? []) as DataPoint<number | { count: number }>[]
  return points.map(({ attributes, value }) => [attributes, typeof value === 'number' ? value : value.count])
}
