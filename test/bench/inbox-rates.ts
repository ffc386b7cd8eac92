import { createEvents, storeBy } from './inbox-events.ts'
import { stores, type Place, type Store, type StoreName } from './inbox-stores.ts'
import { median } from './measure.ts'
import type { Row } from './report.ts'

/** Stores of one case, the floor first; the aim is that of the last. */
export interface Group {
  readonly name: string
  readonly stores: readonly StoreName[]
  readonly aims: Readonly<Record<number, string>>
}

/** How long to measure. */
export interface Effort {
  readonly rounds: number
  readonly turnMs: number
}

const clientCounts = [1, 20, 50, 200]

/** Events stored per second, with increasing numbers of clients. */
export async function benchRates(group: Group, place: Place, effort: Effort): Promise<Row[]> {
  const opened: Store[] = []
  try {
    for (const name of group.stores) opened.push(await stores[name](place))
    const rows: Row[] = []
    for (const clients of clientCounts) rows.push(...(await compareRates(group, opened, clients, effort)))
    return rows
  } finally {
    await Promise.all(opened.map((store) => store.stop()))
  }
}

async function compareRates(group: Group, opened: readonly Store[], clients: number, effort: Effort): Promise<Row[]> {
  const rates = opened.map((): number[] => [])
  const makeEvent = createEvents()
  // The first round only warms up.
  for (let round = -1; round < effort.rounds; round++) {
    for (let turn = 0; turn < opened.length; turn++) {
      const index = (Math.max(0, round) + turn) % opened.length
      const start = performance.now()
      const count = await storeBy(clients, opened[index]!, makeEvent, () => performance.now() - start > effort.turnMs)
      if (round >= 0) rates[index]!.push((count / (performance.now() - start)) * 1_000)
    }
  }
  return group.stores.map((name, index) => ({
    subject: index === 0 ? `floor: ${name}` : name,
    case: `${group.name}, ${clients === 1 ? '1 client' : `${clients} clients`}`,
    median: median(rates[index]!),
    unit: 'events/s',
    ratio: median(rates[index]!.map((rate, round) => rate / rates[0]![round]!)),
    ...(index === opened.length - 1 && group.aims[clients] ? { aim: group.aims[clients] } : undefined),
  }))
}
