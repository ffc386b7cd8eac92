import { setTimeout as wait } from 'node:timers/promises'
import { toRetryPolicy, type Engine } from 'sallyport/inbox'
import { note, print, toRateRows, toTimeRows, turned } from './growth-rows.ts'
import type { GrowthKind, GrowthStore } from './growth-stores.ts'
import { createEvents } from './inbox-events.ts'
import type { Row } from './report.ts'

// Handlers at the same time: a claim takes as many.
const atOnce = 200
// Of a round: one takes only some milliseconds.
const bursts = 5
const floor = 'floor: empty'

/** How long claiming and settling events, a first page and the counts take, in an empty store and in full ones. */
export async function benchWork(
  kind: GrowthKind,
  folder: string,
  full: Readonly<Record<number, GrowthStore>>,
  { rounds, settleMs }: { readonly rounds: number; readonly settleMs: number },
): Promise<Row[]> {
  const claims = new Map<string, number[]>()
  const settles = new Map<string, number[]>()
  const lists = new Map<string, number[]>()
  const counts = new Map<string, number[]>()
  const empty = await kind.open(folder, 0)
  try {
    const subjects: Subject[] = [await toSubject(floor, empty)]
    for (const [events, store] of Object.entries(full)) {
      subjects.push(await toSubject(`${print(Number(events))} events`, store))
    }
    // The first round only warms up.
    for (let round = -1; round < rounds; round++) {
      for (const { name, engine, work } of turned(subjects, round)) {
        await wait(settleMs)
        const { claim, settle } = await work()
        const list = await time(() => engine.list({ sort: 'newest', limit: 50 }))
        const stats = await time(() => engine.stats())
        if (round < 0) continue
        note(claims, name, claim)
        note(settles, name, settle)
        note(lists, name, list)
        note(counts, name, stats)
      }
    }
  } finally {
    await empty.remove()
  }
  return [
    ...toRateRows(`${kind.name}, claim ${atOnce} events`, claims, floor, 'at least 0.9'),
    ...toRateRows(`${kind.name}, settle ${atOnce} events`, settles, floor, 'at least 0.9'),
    ...toTimeRows(`${kind.name}, list the newest 50`, sorted(lists)),
    ...toTimeRows(`${kind.name}, stats`, sorted(counts)),
  ]
}

interface Subject {
  readonly name: string
  readonly engine: Engine
  work(): Promise<{ readonly claim: number; readonly settle: number }>
}

/** Begins to handle events: every handler waits until all are claimed, so that claims and outcomes are timed apart. */
async function toSubject(name: string, { engine }: GrowthStore): Promise<Subject> {
  const makeEvent = createEvents()
  let [begun, settled, open] = [createGate(), createGate(), createGate()]
  await engine.consume(
    async () => {
      begun.count()
      await open.passed
    },
    { concurrency: atOnce, retry: toRetryPolicy({}), order: 'none', onOutcome: () => settled.count() },
  )
  return {
    name,
    engine,
    async work() {
      let [claimMs, settleMs] = [0, 0]
      for (let burst = 0; burst < bursts; burst++) {
        ;[begun, settled, open] = [createGate(atOnce), createGate(atOnce), createGate()]
        await engine.insert(Array.from({ length: atOnce }, makeEvent))
        claimMs += await time(() => begun.passed)
        open.count()
        settleMs += await time(() => settled.passed)
      }
      const toRate = (ms: number): number => ((bursts * atOnce) / ms) * 1_000
      return { claim: toRate(claimMs), settle: toRate(settleMs) }
    },
  }
}

/** Opens when it was counted so often. */
function createGate(times = 1): { readonly passed: Promise<void>; count(): void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  let left = times
  return { passed: promise, count: () => --left === 0 && resolve() }
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

/** Rounds begin with another subject each time; the first one noted may be any. */
function sorted(values: ReadonlyMap<string, number[]>): Map<string, number[]> {
  return new Map([...values].toSorted(([one], [other]) => Number(other === floor) - Number(one === floor)))
}
