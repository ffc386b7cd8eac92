import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { clients, measureRate, measureWaits, percentile, readProcessorTime, whileLooking } from './growth-measure.ts'
import { filters } from './growth-queries.ts'
import { growthKinds, type GrowthKind, type GrowthStore } from './growth-stores.ts'
import { createEvents } from './inbox-events.ts'
import { benchPrune } from './growth-prune.ts'
import { note, print, toRateRows, toTimeRows, turned } from './growth-rows.ts'
import { benchWork } from './growth-work.ts'
import type { BenchOptions, MissingRow, Row } from './report.ts'

/** How much to measure. */
interface Effort {
  readonly rounds: number
  readonly turnMs: number
  readonly settleMs: number
  /** A discard that takes longer is stopped; its waits are the same until the end. */
  readonly discardMs: number
}

/**
 * The growth bench: what a store with many events costs those who send. Conditions alternate within one run, because the speed
 * of the machine varies.
 */
export async function benchGrowth({ quick, events, store }: BenchOptions): Promise<(Row | MissingRow)[]> {
  const most = events ?? (quick ? 2_000 : 5_000_000)
  const effort = quick
    ? { rounds: 1, turnMs: 20, settleMs: 0, discardMs: 5_000 }
    : { rounds: 9, turnMs: 1_000, settleMs: 200, discardMs: 30_000 }
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
  const rows: (Row | MissingRow)[] = []
  const chosen = growthKinds.filter(({ name }) => store === undefined || name.toLowerCase() === store)
  if (chosen.length === 0)
    throw new Error(`no store ${store}; there are ${growthKinds.map(({ name }) => name.toLowerCase()).join(', ')}`)
  for (const kind of chosen) {
    const missing = await kind.missing()
    if (missing) rows.push({ subject: kind.name, case: `${kind.name}, many events`, missing })
    else rows.push(...(await benchKind(kind, folder, most, effort)))
  }
  return rows
}

async function benchKind(kind: GrowthKind, folder: string, most: number, effort: Effort): Promise<Row[]> {
  const stores: Record<number, GrowthStore> = {}
  try {
    for (const events of [Math.ceil(most / 50), Math.ceil(most / 5), most])
      stores[events] = await kind.open(folder, events)
    const large = stores[most]!
    // First: it handles whatever is due.
    const rows = await benchWork(kind, folder, stores, effort)
    for (const store of Object.values(stores)) await store.reopen()
    return [
      ...rows,
      ...(await benchSizes(kind, folder, stores, effort)),
      ...(await benchLooking(kind, large, most, effort)),
      ...(await benchPages(kind, large, most, effort)),
      ...(await benchDiscard(kind, large, most, effort)),
      ...(await benchPrune(kind, stores)),
    ]
  } finally {
    for (const store of Object.values(stores)) await store.remove()
  }
}

/** Accepting into an empty store and into full ones. */
async function benchSizes(
  kind: GrowthKind,
  folder: string,
  full: Readonly<Record<number, GrowthStore>>,
  { rounds, turnMs, settleMs }: Effort,
): Promise<Row[]> {
  const rates = new Map<string, number[]>()
  // A busy machine makes every rate smaller; the processor time says less about that and more about the store.
  const processor = new Map<string, number[]>()
  const makeEvent = createEvents()
  // The first round only warms up.
  for (let round = -1; round < rounds; round++) {
    // A new one each time: it would not stay empty.
    const empty = await kind.open(folder, 0)
    const stores = { 'floor: empty': empty, ...named(full) }
    for (const [name, { engine }] of turned(Object.entries(stores), round)) {
      await wait(settleMs)
      // A new store has its threads to start, and a full one what its files need.
      await measureRate(engine, makeEvent, turnMs / 5)
      const begun = readProcessorTime()
      const rate = await measureRate(engine, makeEvent, turnMs)
      const perSecond = (readProcessorTime() - begun) / (turnMs / 1_000)
      if (round < 0) continue
      note(rates, name, rate)
      note(processor, name, (1_000 * perSecond) / rate)
    }
    await empty.remove()
  }
  const name = `${kind.name}, accept by ${clients} clients`
  const costs = toRateRows(`${name}, processor time of this process`, processor, 'floor: empty')
  return [
    ...toRateRows(name, rates, 'floor: empty', 'at least 0.9'),
    ...costs.map((row) => ({ ...row, unit: 'µs/event' })),
  ]
}

/** Accepting beside a console. */
async function benchLooking(
  kind: GrowthKind,
  { engine }: GrowthStore,
  most: number,
  { rounds, turnMs, settleMs }: Effort,
): Promise<Row[]> {
  const rates = new Map<string, number[]>()
  const makeEvent = createEvents()
  const conditions: [string, () => Promise<number>][] = [
    ['floor: nobody looks', () => measureRate(engine, makeEvent, turnMs)],
    ['a console asks in a loop', () => whileLooking(engine, () => measureRate(engine, makeEvent, turnMs))],
  ]
  for (let round = -1; round < rounds; round++) {
    for (const [name, measure] of turned(conditions, round)) {
      await wait(settleMs)
      const rate = await measure()
      if (round >= 0) note(rates, name, rate)
    }
  }
  return toRateRows(`${kind.name}, ${print(most)} events, accept`, rates, 'floor: nobody looks', 'at least 0.8')
}

/** The first page of each filter that an index answers. */
async function benchPages(kind: GrowthKind, { engine }: GrowthStore, most: number, { rounds }: Effort): Promise<Row[]> {
  const indexed = new Set<string>(engine.promises.indexed ?? [])
  const { events } = await engine.list({ limit: 1 })
  const subjects: [string, () => Promise<unknown>][] = [
    ['floor: one event by its key', () => engine.get(events[0]!.key)],
    ...Object.entries(filters)
      .filter(([, filter]) => Object.keys(filter).every((member) => indexed.has(member)))
      .map(([name, filter]): [string, () => Promise<unknown>] => [
        name,
        () => engine.list({ ...filter, sort: 'newest', mostLooks: 10_000 }),
      ]),
  ]
  const times = new Map<string, number[]>()
  const processor = new Map<string, number[]>()
  for (let round = 0; round < rounds; round++) {
    for (const [name, ask] of subjects) {
      const [start, begun] = [performance.now(), readProcessorTime()]
      await ask()
      note(times, name, performance.now() - start)
      note(processor, name, readProcessorTime() - begun)
    }
  }
  const name = `${kind.name}, ${print(most)} events, first page`
  return [
    ...toTimeRows(name, times, 'at most 20 ms'),
    ...toTimeRows(`${name}, processor time of this process`, processor),
  ]
}

/** How long senders wait while somebody discards every dead event. */
async function benchDiscard(
  kind: GrowthKind,
  { engine }: GrowthStore,
  most: number,
  { turnMs, discardMs }: Effort,
): Promise<Row[]> {
  const makeEvent = createEvents()
  const until = performance.now() + 3 * turnMs
  const rest = await measureWaits(engine, makeEvent, () => performance.now() > until)
  const over = new AbortController()
  const start = performance.now()
  const discarding = engine
    .discard({ state: 'dead' }, { signal: AbortSignal.timeout(discardMs) })
    .finally(() => over.abort())
  const waits = await measureWaits(engine, makeEvent, () => over.signal.aborted)
  const count = await discarding
  const seconds = (performance.now() - start) / 1_000
  const name = `${kind.name}, ${print(most)} events, wait during discard of ${print(count)} (${seconds.toFixed(0)} s)`
  const shares = { p50: 0.5, p99: 0.99, longest: 1 }
  return Object.entries(shares).flatMap(([share, part]) => {
    const floor = percentile(rest, part)
    const value = percentile(waits, part)
    return [
      { subject: 'floor: at rest', case: `${name}: ${share}`, median: floor, unit: 'ms', ratio: 1 },
      { subject: 'during discard', case: `${name}: ${share}`, median: value, unit: 'ms', ratio: value / floor },
    ]
  })
}

function named(stores: Readonly<Record<number, GrowthStore>>): Record<string, GrowthStore> {
  return Object.fromEntries(Object.entries(stores).map(([count, store]) => [`${print(Number(count))} events`, store]))
}
