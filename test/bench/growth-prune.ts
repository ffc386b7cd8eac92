import { setTimeout as wait } from 'node:timers/promises'
import { mix } from './growth-events.ts'
import { print } from './growth-rows.ts'
import type { GrowthKind, GrowthStore } from './growth-stores.ts'
import type { Row } from './report.ts'

/** Events per second that are deleted when their retention ends: as many in each store. */
export async function benchPrune(kind: GrowthKind, stores: Readonly<Record<number, GrowthStore>>): Promise<Row[]> {
  const sizes = Object.keys(stores).map(Number)
  const pruned = Math.ceil(sizes[0]! / 10)
  const rates: number[] = []
  for (const size of sizes) rates.push(await measure(stores[size]!, size, pruned))
  // An empty store has nothing to delete.
  return rates.map((rate, index) => ({
    subject: index === 0 ? `floor: ${print(sizes[0]!)} events` : `${print(sizes[index]!)} events`,
    case: `${kind.name}, prune ${print(pruned)} events`,
    median: rate,
    unit: 'events/s',
    ratio: rate / rates[0]!,
  }))
}

async function measure(store: GrowthStore, size: number, pruned: number): Promise<number> {
  const [oldest] = (await store.engine.list({ state: 'done', limit: 1 })).events
  const before = (await store.engine.stats()).counts.done
  // Done events are spread over the whole time.
  const spanMs = (pruned / (mix.dead / 100)) * (mix.withinMs / size)
  await store.reopen(Date.now() - oldest!.storedAt - spanMs)
  const start = performance.now()
  let left = before
  while (left > before - 0.95 * pruned) {
    await wait(1)
    left = (await store.engine.stats()).counts.done
  }
  return ((before - left) / (performance.now() - start)) * 1_000
}
