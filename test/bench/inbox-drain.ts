import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createEvents } from './inbox-events.ts'
import { workersOf, type HandledKind } from './inbox-handled.ts'
import type { Place } from './inbox-stores.ts'
import type { Row } from './report.ts'

/** What to drain, sent to `inbox-drain-probe.ts`. */
export interface Drain {
  readonly kind: HandledKind
  readonly worker: string
  readonly place: Place
  readonly name: string
  /** How many events the store has. */
  readonly events: number
  /** When to give up, in milliseconds. */
  readonly mostMs: number
}

/** What the probe answers. */
export interface Drained {
  /** Handled events per second, until all are done or the time is over. */
  readonly rate: number
  /** The rate in the last fifth of the time by that in the first. */
  readonly endByBeginning: number
  /** Most memory that the process ever had, in MB. */
  readonly peakMb: number
}

/** Workers that find a backlog, each in a process of its own: how fast they drain it, steadily or not, and in how much memory. */
export async function benchDrain(kind: HandledKind, place: Place, events: number): Promise<Row[]> {
  const results = new Map<string, Drained>()
  for (const [worker, open] of Object.entries(workersOf(kind))) {
    const name = `drain_${results.size}`
    const store = await open(place, name)
    try {
      await store.fill(events, createEvents())
    } finally {
      await store.stop()
    }
    // One that handles fewer than 2,000 per second is stopped before it is done.
    results.set(worker, await drain({ kind, worker, place, name, events, mostMs: 10_000 + events / 2 }))
  }
  const name = `${kind}, backlog of ${events.toLocaleString('en')}`
  return [
    ...toRows(`${name}, drained`, results, 'events/s', ({ rate }) => rate, 'at least 0.9'),
    ...toRows(`${name}, rate at the end by that at the beginning`, results, '×', (result) => result.endByBeginning),
    ...toRows(`${name}, peak memory`, results, 'MB', ({ peakMb }) => peakMb),
  ]
}

async function drain(parameters: Drain): Promise<Drained> {
  const child = fork(new URL('inbox-drain-probe.ts', import.meta.url), [JSON.stringify(parameters)])
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the process that drains ended with ${code}`)
  })
  const [answer] = (await Promise.race([once(child, 'message'), ended])) as [Drained]
  await ended.catch(() => {})
  return answer
}

function toRows(
  name: string,
  results: ReadonlyMap<string, Drained>,
  unit: string,
  pick: (result: Drained) => number,
  aim?: string,
): Row[] {
  const [floor] = Array.from(results.values(), pick)
  return Array.from(results, ([worker, result], index) => ({
    subject: index === 0 ? `floor: ${worker}` : worker,
    case: name,
    median: pick(result),
    unit,
    ratio: pick(result) / floor!,
    ...(index > 0 && aim ? { aim } : undefined),
  }))
}
