/** One metric; made into an instrument of OpenTelemetry and into one of prom-client. */
export interface Metric {
  /** By the naming conventions of OpenTelemetry. */
  readonly name: string
  readonly kind: 'counter' | 'histogram' | 'gauge'
  /** In UCUM, as OpenTelemetry writes units: `s`, `By`, `1`; `{…}` counts things. */
  readonly unit: string
  readonly labels: readonly Label[]
  readonly description: string
  /** Upper bounds of the buckets of a histogram. */
  readonly bounds?: readonly number[]
  /** Which of several values of a gauge with the same labels is shown. @default 'max' */
  readonly worst?: 'min' | 'max'
}

/**
 * Names of labels. All have few values: providers, outcomes and codes come from the program, types are those that a provider
 * declares, and an inbox has the name that the program gives it. Never a tenant or an id.
 */
export type Label = 'provider' | 'outcome' | 'code' | 'type' | 'inbox' | 'source'

/** Labels and their values. */
export type Labels = Readonly<Partial<Record<Label, string>>>

const seconds = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
const bytes = [256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216]

/** Every metric. Dashboards and alerts depend on names, labels and units: change none of them. */
export const metrics = {
  deliveries: {
    name: 'sallyport.deliveries',
    kind: 'counter',
    unit: '{delivery}',
    labels: ['provider', 'outcome', 'code'],
    description: 'Deliveries, by how they ended.',
  },
  duplicates: {
    name: 'sallyport.duplicates',
    kind: 'counter',
    unit: '{delivery}',
    labels: ['provider'],
    description: 'Deliveries of an event that was accepted before.',
  },
  bodySize: {
    name: 'sallyport.delivery.body.size',
    kind: 'histogram',
    unit: 'By',
    labels: ['provider'],
    description: 'Bytes of a body as it arrived.',
    bounds: bytes,
  },
  deliveryDuration: {
    name: 'sallyport.delivery.duration',
    kind: 'histogram',
    unit: 's',
    labels: ['provider'],
    description: 'Time from arrival to answer.',
    bounds: seconds,
  },
  verifyDuration: {
    name: 'sallyport.delivery.verify.duration',
    kind: 'histogram',
    unit: 's',
    labels: ['provider'],
    description: 'Time of the signature check, without the wait for the body.',
    bounds: seconds,
  },
  acceptDuration: {
    name: 'sallyport.delivery.accept.duration',
    kind: 'histogram',
    unit: 's',
    labels: ['provider'],
    description: 'Time until the inbox stored the event, or the replay guard let it pass.',
    bounds: seconds,
  },
  handlerDuration: {
    name: 'sallyport.handler.duration',
    kind: 'histogram',
    unit: 's',
    labels: ['provider', 'type', 'outcome'],
    description: 'Time of validation and handlers, per attempt with an inbox.',
    bounds: seconds,
  },
  inboxEvents: {
    name: 'sallyport.inbox.events',
    kind: 'counter',
    unit: '{event}',
    labels: ['provider', 'type', 'outcome'],
    description: 'Events that an inbox stored, dropped as duplicates, handled, will retry or gave up.',
  },
  waiting: {
    name: 'sallyport.inbox.waiting',
    kind: 'gauge',
    unit: '{event}',
    labels: ['inbox'],
    description: 'Events that wait for their first or next attempt.',
  },
  oldestWaiting: {
    name: 'sallyport.inbox.oldest_waiting',
    kind: 'gauge',
    unit: 's',
    labels: ['inbox'],
    description: 'Age of the oldest event that waits; 0 where none does.',
  },
  running: {
    name: 'sallyport.inbox.running',
    kind: 'gauge',
    unit: '{event}',
    labels: ['inbox'],
    description: 'Events whose handlers are running.',
  },
  retrying: {
    name: 'sallyport.inbox.retrying',
    kind: 'gauge',
    unit: '{event}',
    labels: ['inbox'],
    description: 'Waiting events whose last attempt failed.',
  },
  dead: {
    name: 'sallyport.inbox.dead',
    kind: 'gauge',
    unit: '{event}',
    labels: ['inbox'],
    description: 'Events that no attempt handled, until they are replayed or discarded.',
  },
  storeSize: {
    name: 'sallyport.inbox.size',
    kind: 'gauge',
    unit: 'By',
    labels: ['inbox'],
    description: 'Size of the store, where its engine knows it.',
  },
  guardHeld: {
    name: 'sallyport.replay_guard.held',
    kind: 'gauge',
    unit: '{event}',
    labels: ['provider'],
    description: 'Events that the replay guard remembers.',
  },
  guardFill: {
    name: 'sallyport.replay_guard.utilization',
    kind: 'gauge',
    unit: '1',
    labels: ['provider'],
    description: 'Part of the replay guard that is full, where it has a limit.',
  },
  secretRemaining: {
    name: 'sallyport.secret.remaining',
    kind: 'gauge',
    unit: 's',
    labels: ['provider'],
    description: 'Time until the last secret ends; below 0 when it has ended, absent without an end.',
    worst: 'min',
  },
  readErrors: {
    name: 'sallyport.read.errors',
    kind: 'counter',
    unit: '{error}',
    labels: ['source'],
    description: 'Gauges that could not be read in time, and were left out.',
  },
} as const satisfies Readonly<Record<string, Metric>>

export type MetricName = keyof typeof metrics

type OfKind<Kind> = {
  [Name in MetricName]: (typeof metrics)[Name]['kind'] extends Kind ? Name : never
}[MetricName]
export type CounterName = OfKind<'counter'>
export type HistogramName = OfKind<'histogram'>
export type GaugeName = OfKind<'gauge'>

/** The metrics of one kind, with their names in the table. */
export function listMetrics<Kind extends Metric['kind']>(kind: Kind): (readonly [OfKind<Kind>, Metric])[] {
  const isOfKind = (name: MetricName): name is OfKind<Kind> => metrics[name].kind === kind
  return (Object.keys(metrics) as MetricName[]).filter(isOfKind).map((name) => [name, metrics[name]])
}

/** What counts and measures; one implementation per library. */
export interface Instruments {
  add(name: CounterName, labels: Labels, count: number): void
  record(name: HistogramName, value: number, labels: Labels): void
}
