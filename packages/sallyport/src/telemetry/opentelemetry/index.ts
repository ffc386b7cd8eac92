import { channel } from 'node:diagnostics_channel'
import { metrics as metricsApi, trace, type MeterProvider, type TracerProvider } from '@opentelemetry/api'
import { allow } from '../../options/allow.ts'
import { checkOptions, failOption, type OptionRules } from '../../options/check-options.ts'
import { attemptChannel, type AttemptMessage } from '../../receive/attempt-channel.ts'
import { deliveryChannel, runHook, type DeliveryReport } from '../../receive/report.ts'
import { storeChannel, type StoreMessage } from '../../receive/store-channel.ts'
import { createGaugeReader, type SourceKind } from '../gauges.ts'
import { createTypeLabels, telemetryRules, toSources } from '../sources.ts'
import type { ObservedInbox, ObservedReceiver, TelemetryOptions, TelemetryReceiver } from '../sources.ts'
import { watchReports } from '../watch-reports.ts'
import { wantsMessaging } from './conventions.ts'
import { createInstruments, observeGauges } from './instruments.ts'
import { describeServerSpan, traceAttempt, traceStore, type SpanSettings } from './spans.ts'

export type { ObservedInbox, ObservedReceiver, TelemetryOptions, TelemetryReceiver }

/** Options of `startOpenTelemetry`. */
export interface OpenTelemetryOptions extends TelemetryOptions {
  /** Makes the spans. @default the registered one */
  readonly tracerProvider?: TracerProvider | undefined
  /** Makes the metrics. @default the registered one */
  readonly meterProvider?: MeterProvider | undefined
  /** Whether spans are made. @default true */
  readonly spans?: boolean | undefined
  /** Whether metrics are made. @default true */
  readonly metrics?: boolean | undefined
  /** Whether the span of an accepted event links to the span that the sender's headers name; no signature covers them. @default false */
  readonly linkSender?: boolean | undefined
  /** Whether spans have the attributes of the messaging conventions, version 1.44. @default as OTEL_SEMCONV_STABILITY_OPT_IN says */
  readonly messagingAttributes?: boolean | undefined
}

/** Telemetry that runs. */
export interface Telemetry {
  /** Ends it. Spans that have begun still end. */
  stop(): void
}

const rules: OptionRules<OpenTelemetryOptions> = {
  ...telemetryRules,
  tracerProvider: allow.having('a TracerProvider', 'getTracer'),
  meterProvider: allow.having('a MeterProvider', 'getMeter'),
  spans: allow.flag,
  metrics: allow.flag,
  linkSender: allow.flag,
  messagingAttributes: allow.flag,
}

/**
 * Makes spans and metrics of deliveries, stored events and their attempts from now on. Start the SDK of OpenTelemetry first.
 *
 * @throws SallyportError `OPTION_INVALID`, naming the option
 * @example
 * const telemetry = startOpenTelemetry({ receivers: [receiver] })
 */
export function startOpenTelemetry(options: OpenTelemetryOptions): Telemetry {
  checkOptions('startOpenTelemetry', options, rules)
  const { spans = true, metrics = true, tracerProvider = trace, meterProvider = metricsApi } = options
  if (spans) checkUnused('tracerProvider', tracerProvider)
  if (metrics) checkUnused('meterProvider', meterProvider)
  const ends = [
    ...(spans ? [startSpans(options, tracerProvider), use('tracerProvider', tracerProvider)] : []),
    ...(metrics ? [startMetrics(options, meterProvider), use('meterProvider', meterProvider)] : []),
  ]
  return {
    stop() {
      for (const end of ends.splice(0)) end()
    },
  }
}

const inUse = { tracerProvider: new WeakSet<object>(), meterProvider: new WeakSet<object>() }

// Twice, every delivery would be counted twice, and every event would have two spans.
function checkUnused(option: keyof typeof inUse, provider: object): void {
  if (inUse[option].has(provider))
    failOption(
      `startOpenTelemetry: its ${option} is in use; call stop() of that telemetry first, or pass all receivers to one call`,
    )
}

/** @returns ends it */
function use(option: keyof typeof inUse, provider: object): () => void {
  inUse[option].add(provider)
  return () => inUse[option].delete(provider)
}

function startSpans(
  { linkSender = false, messagingAttributes }: OpenTelemetryOptions,
  tracerProvider: Pick<TracerProvider, 'getTracer'>,
): () => void {
  const settings: SpanSettings = {
    tracer: tracerProvider.getTracer('sallyport'),
    linkSender,
    messaging: messagingAttributes ?? wantsMessaging(process.env.OTEL_SEMCONV_STABILITY_OPT_IN),
  }
  const ends = [
    listen(deliveryChannel, (report) => describeServerSpan(report as DeliveryReport)),
    listen(`tracing:${storeChannel}:start`, (message) => traceStore(message as StoreMessage, settings)),
    listen(`tracing:${attemptChannel}:start`, (message) => traceAttempt(message as AttemptMessage, settings)),
  ]
  return () => {
    for (const end of ends) end()
  }
}

function startMetrics(options: OpenTelemetryOptions, meterProvider: Pick<MeterProvider, 'getMeter'>): () => void {
  const meter = meterProvider.getMeter('sallyport')
  const sources = toSources(options)
  const instruments = createInstruments(meter)
  const countError = (source: SourceKind): void => instruments.add('readErrors', { source }, 1)
  const ends = [
    observeGauges(meter, createGaugeReader(sources, countError)),
    watchReports(instruments, createTypeLabels(sources.receivers)),
  ]
  return () => {
    for (const end of ends) end()
  }
}

/** Subscribes to a channel. What a subscriber throws would end the process, so it is printed. @returns ends it */
function listen(name: string, listener: (message: unknown) => void): () => void {
  const subscriber = (message: unknown): void => void runHook('telemetry', () => listener(message))
  const from = channel(name)
  from.subscribe(subscriber)
  return () => from.unsubscribe(subscriber)
}
