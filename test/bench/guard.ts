import { randomUUID } from 'node:crypto'
import { createMemoryReplayGuard, type ReplayGuard, type ReplayTerms } from 'sallyport'
import { measureCollection, measureMemory } from './garbage.ts'
import { benchStore, guardStores } from './guard-stores.ts'
import { compare, sink } from './measure.ts'
import type { BenchOptions, MissingRow, Row } from './report.ts'

const atWork = 40_000
/** Twice a tolerance of 300 s, and 30 s for the body. */
const windowMs = 630_000

/**
 * The guard bench: one event claimed and remembered, in a guard with few keys, with many at work, and with no room; the memory of a
 * full guard; and the garbage of one in which events expire as fast as they come. Then the guards over shared stores.
 */
export async function benchGuard({ quick, store }: BenchOptions): Promise<(Row | MissingRow)[]> {
  const rows: (Row | MissingRow)[] = []
  if (store === undefined || store === 'memory') rows.push(...(await benchInMemory(quick)))
  for (const name of Object.keys(guardStores) as (keyof typeof guardStores)[])
    if (store === undefined || store === name) rows.push(...(await benchStore(name, quick)))
  return rows
}

async function benchInMemory(quick: boolean): Promise<Row[]> {
  const capacity = quick ? 20_000 : 2_000_000
  return [
    ...(await benchClaims(capacity, quick)),
    ...(await benchMemory(capacity)),
    ...(await benchCollection(capacity, quick ? 200_000 : 2_000_000)),
  ]
}

async function benchClaims(capacity: number, quick: boolean): Promise<Row[]> {
  const subjects = [
    { name: 'floor', run: inGuard(capacity, 0, 0) },
    { name: '40,000 at work', run: inGuard(capacity + atWork, atWork, 0) },
    { name: 'full', run: inGuard(capacity, 0, capacity) },
  ]
  const measured = await compare(subjects, quick ? { rounds: 2, batchMs: 0.5 } : { rounds: 100, batchMs: 4 })
  return measured.map(({ name: subject, median, ratio }) => ({
    subject,
    case: 'claim and commit',
    median: median * 1000,
    unit: 'µs',
    ratio,
    ...(subject === 'floor' ? {} : { aim: '4' }),
  }))
}

/** One event after the other in a guard with `pending` claims and room for others, or `done` events and none. */
function inGuard(capacity: number, pending: number, done: number): () => void {
  // Its time is a count of events.
  let now = 0
  const guard = createMemoryReplayGuard({ capacity, elapsed: () => now })
  const next = (minimumMs: number, retentionMs: number): [string, ReplayTerms] => [
    `event ${++now}`,
    { claimId: randomUUID(), now, minimumMs, retentionMs },
  ]
  for (let count = 0; count < pending; count++) void guard.claim(...next(2 ** 40, 2 ** 40))
  const handle = (): void => {
    const [key, terms] = next(100, done > 0 ? 2 ** 40 : 1000)
    void guard.claim(key, terms)
    void guard.commit(key, terms)
  }
  for (let count = 0; count < done; count++) handle()
  return handle
}

async function benchMemory(capacity: number): Promise<Row[]> {
  const toMegabytes = async (make: () => unknown): Promise<number> => (await measureMemory(make)) / 1e6
  const floor = await toMegabytes(() => {
    const times = new Map<string, number>()
    for (let count = 0; count < capacity; count++) times.set(toKey(count), count)
    return times
  })
  const own = await toMegabytes(() => createSteady(capacity).guard)
  const name = `memory of ${capacity.toLocaleString('en')} events`
  return [
    { subject: 'floor: a Map of keys and times', case: name, median: floor, unit: 'MB', ratio: 1 },
    { subject: 'sallyport', case: name, median: own, unit: 'MB', ratio: own / floor, aim: 'at most 64 MB' },
  ]
}

async function benchCollection(capacity: number, events: number): Promise<Row[]> {
  const perMillion = 1e6 / events
  const floor = await measureCollection(() => {
    for (let count = 0; count < events; count++) sink.last = [toKey(count), toTerms(count, count)]
  })
  const steady = createSteady(capacity)
  const own = await measureCollection(() => {
    for (let count = 0; count < events; count++) steady.handle()
  })
  const name = 'garbage collection of 1,000,000 events'
  return [
    { subject: 'floor: the keys alone', case: name, median: floor * perMillion, unit: 'ms', ratio: 1 },
    { subject: 'sallyport', case: name, median: own * perMillion, unit: 'ms', ratio: own / floor },
  ]
}

/** A guard that is full of done events, of which one expires with each new one. */
function createSteady(capacity: number): { readonly guard: ReplayGuard; readonly handle: () => void } {
  let count = 0
  // A thousandth stays free.
  const stepMs = windowMs / (0.999 * capacity)
  const guard = createMemoryReplayGuard({ capacity, elapsed: () => count * stepMs })
  const handle = (): void => {
    const key = toKey(count)
    const terms = toTerms(count, count * stepMs)
    if (guard.claim(key, terms) !== 'claimed') throw new Error('an event was not new')
    void guard.commit(key, terms)
    count++
  }
  for (let event = 0; event < capacity; event++) handle()
  return { guard, handle }
}

function toKey(count: number): string {
  return `["stripe",null,"evt_1NqJ8k2eZvKYlo2C${count}"]`
}

function toTerms(count: number, now: number): ReplayTerms {
  return { claimId: `0c9d7b1e-4a35-4f0e-9b0a-${count}`, now, minimumMs: windowMs, retentionMs: windowMs }
}
