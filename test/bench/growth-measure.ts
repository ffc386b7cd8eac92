import type { Engine } from 'sallyport/inbox'
import type { createEvents } from './inbox-events.ts'
import { storeBy } from './inbox-events.ts'
import { pages } from './growth-queries.ts'

type MakeEvent = ReturnType<typeof createEvents>

/** Senders that store at the same time; each waits for its answer. */
export const clients = 50

/** Milliseconds of the processor that this process took so far, in all of its threads. */
export function readProcessorTime(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

/** Events stored per second. */
export async function measureRate(engine: Engine, makeEvent: MakeEvent, turnMs: number): Promise<number> {
  const start = performance.now()
  const store = {
    accept: (event: Parameters<Engine['insert']>[0][number]) => engine.insert([event]),
    stop: async () => {},
  }
  const count = await storeBy(clients, store, makeEvent, () => performance.now() - start > turnMs)
  return (count / (performance.now() - start)) * 1_000
}

/** Does some work while a console asks for its pages, one after the other. */
export async function whileLooking<Result>(engine: Engine, work: () => Promise<Result>): Promise<Result> {
  const over = new AbortController()
  const looking = (async () => {
    while (!over.signal.aborted) for (const ask of pages) if (!over.signal.aborted) await ask(engine)
  })()
  try {
    return await work()
  } finally {
    over.abort()
    await looking
  }
}

/** Milliseconds that each event of a few senders waited, until it is over. */
export async function measureWaits(
  engine: Engine,
  makeEvent: MakeEvent,
  isOver: () => boolean,
  senders = 4,
): Promise<number[]> {
  const waits: number[] = []
  const send = async (): Promise<void> => {
    while (!isOver()) {
      const start = performance.now()
      await engine.insert([makeEvent()])
      waits.push(performance.now() - start)
    }
  }
  await Promise.all(Array.from({ length: senders }, send))
  return waits
}

/** The value that a share of others does not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}
