import { Registry } from 'prom-client'
import { printError } from '../../errors/print-error.ts'
import { createPageHandler, type Page, type PageHandler } from '../../http/page-handler.ts'
import { allow } from '../../options/allow.ts'
import { checkOptions, failOption, type OptionRules } from '../../options/check-options.ts'
import { createGaugeReader, type SourceKind } from '../gauges.ts'
import type { ObservedInbox, ObservedReceiver, TelemetryOptions, TelemetryReceiver } from '../sources.ts'
import { createTypeLabels, telemetryRules, toSources } from '../sources.ts'
import { watchReports } from '../watch-reports.ts'
import { createGauges, createInstruments, findTaken, removeMetrics } from './instruments.ts'

export type { FastifyPageReply, HonoPageContext, KoaPageContext, PageHandler } from '../../http/page-handler.ts'
export type { ObservedInbox, ObservedReceiver, TelemetryOptions, TelemetryReceiver }

/** Options of `createPrometheusEndpoint`. */
export interface PrometheusOptions extends TelemetryOptions {
  /** Where the metrics are registered. @default a registry of its own, with nothing else in it */
  readonly registry?: Registry | undefined
}

/** Metrics for Prometheus. */
export interface PrometheusEndpoint {
  /** Answers a scrape; a handler of Express, Koa, Fastify, Hono and `node:http`, and where requests are web-standard. */
  readonly metrics: PageHandler
  /** Where the metrics are registered; `registry.metrics()` is the text of a scrape. */
  readonly registry: Registry
  /** Ends counting, and removes the metrics from the registry. */
  stop(): void
}

const rules: OptionRules<PrometheusOptions> = {
  ...telemetryRules,
  registry: allow.having('a Registry of prom-client', 'metrics', 'registerMetric'),
}

/**
 * Counts deliveries and events from now on, and answers scrapes of Prometheus. Keep the endpoint private: it shows how much you
 * receive, from whom, and what fails.
 *
 * @throws SallyportError `OPTION_INVALID`, naming the option
 * @example
 * const { metrics } = createPrometheusEndpoint({ receivers: [receiver] })
 * createServer(metrics).listen(9464, '127.0.0.1')
 */
export function createPrometheusEndpoint(options: PrometheusOptions): PrometheusEndpoint {
  checkOptions('createPrometheusEndpoint', options, rules)
  const { registry = new Registry() } = options
  const taken = findTaken(registry)
  if (taken !== undefined)
    failOption(
      `createPrometheusEndpoint: registry has ${taken} already; call stop() of its endpoint first, or pass all receivers to one`,
    )
  const sources = toSources(options)
  const countError = (source: SourceKind, count = 1): void => instruments.add('readErrors', { source }, count)
  const readGauges = createGauges(registry, createGaugeReader(sources, countError))
  const instruments = createInstruments(registry, readGauges)
  // From 0, so that the first error is an increase.
  for (const source of ['inbox', 'replay_guard', 'receiver'] as const) countError(source, 0)
  const unwatch = watchReports(instruments, createTypeLabels(sources.receivers))
  let isStopped = false

  async function read(): Promise<Page> {
    try {
      return { status: 200, contentType: registry.contentType, body: await registry.metrics() }
    } catch (error) {
      printError('sallyport: a scrape failed:', error)
      return { status: 500, contentType: 'text/plain', body: '' }
    }
  }

  return {
    metrics: createPageHandler(read),
    registry,
    stop() {
      // Another endpoint may have its place by now.
      if (isStopped) return
      isStopped = true
      unwatch()
      removeMetrics(registry)
    },
  }
}
