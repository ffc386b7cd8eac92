import { withTimeout } from '../inbox/inbox-error.ts'
import { metrics, type GaugeName, type Labels, type Metric } from './metrics.ts'
import type { ObservedInbox, ObservedReceiver, Sources } from './sources.ts'

/** A value of a gauge. */
export interface Reading {
  readonly name: GaugeName
  readonly value: number
  readonly labels: Labels
}

/** Which kind of place a value comes from; the label of an error. */
export type SourceKind = 'inbox' | 'replay_guard' | 'receiver'

/** Reads every gauge. Never rejects, and takes no longer than the time a store may take. */
export type ReadGauges = () => Promise<readonly Reading[]>

// An answer that never comes, as over a connection that was lost in silence, must not hide a store for good.
const timesUntilForgotten = 60

/**
 * Makes what reads the gauges. A store that is slow or down is left out, and asked again only after it has answered, or a minute
 * later with the default time: reads do not pile up.
 *
 * @param onError called for each place that could not be read in time
 */
export function createGaugeReader(
  { receivers, inboxes, readTimeoutMs }: Sources,
  onError: (source: SourceKind) => void,
): ReadGauges {
  const readers = [
    ...inboxes.map(([name, inbox]) => createReader('inbox', () => readInbox(name, inbox))),
    ...receivers.map((receiver) => createReader('replay_guard', () => readGuard(receiver))),
    ...receivers.map((receiver) => createReader('receiver', () => readSecrets(receiver))),
  ]

  function createReader(source: SourceKind, read: () => Promise<Reading[]>): ReadGauges {
    let pending: Promise<Reading[]> | undefined
    let askedAt = 0
    function ask(): Promise<Reading[]> {
      askedAt = performance.now()
      const asked = read().finally(() => {
        if (pending === asked) pending = undefined
      })
      return asked
    }
    return async () => {
      if (performance.now() - askedAt > timesUntilForgotten * readTimeoutMs) pending = undefined
      pending ??= ask()
      try {
        return await withTimeout(pending, readTimeoutMs)
      } catch {
        onError(source)
        return []
      }
    }
  }

  return async () => keepWorst((await Promise.all(readers.map((read) => read()))).flat())
}

/** One value for each name and labels: receivers of one provider have the same labels, as have stores of one name. */
function keepWorst(readings: readonly Reading[]): Reading[] {
  const kept = new Map<string, Reading>()
  for (const reading of readings) {
    const { worst = 'max' }: Metric = metrics[reading.name]
    const key = JSON.stringify([reading.name, reading.labels])
    const other = kept.get(key)?.value ?? reading.value
    kept.set(key, { ...reading, value: Math[worst](reading.value, other) })
  }
  return [...kept.values()]
}

async function readInbox(name: string, inbox: ObservedInbox): Promise<Reading[]> {
  const { counts, oldestPendingMs = 0, retrying, bytes } = await inbox.stats()
  return toReadings(
    { inbox: name },
    {
      waiting: counts.pending,
      oldestWaiting: oldestPendingMs / 1_000,
      running: counts.active,
      retrying,
      dead: counts.dead,
      storeSize: bytes,
    },
  )
}

async function readGuard({ provider, replayGuard }: ObservedReceiver): Promise<Reading[]> {
  const usage = await replayGuard?.usage?.()
  if (usage === undefined) return []
  const { held, capacity } = usage
  const guardFill = capacity === undefined ? undefined : held / capacity
  return toReadings({ provider: provider.name }, { guardHeld: held, guardFill })
}

async function readSecrets(receiver: ObservedReceiver): Promise<Reading[]> {
  const end = receiver.describe().secretsEndAt
  const secretRemaining = end === undefined ? undefined : (end.getTime() - Date.now()) / 1_000
  return toReadings({ provider: receiver.provider.name }, { secretRemaining })
}

function toReadings(labels: Labels, values: Partial<Record<GaugeName, number | undefined>>): Reading[] {
  const entries = Object.entries(values) as [GaugeName, number | undefined][]
  return entries.flatMap(([name, value]) =>
    value !== undefined && Number.isFinite(value) ? { name, value, labels } : [],
  )
}
