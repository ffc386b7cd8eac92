import type { Engine, EventFilter, EventState } from 'sallyport/inbox'

const pageSize = 1_000

/** Counts the events that a filter or keys select, but not those in a state that a change leaves alone. */
export async function countEvents(
  engine: Engine,
  { keys, ...filter }: EventFilter,
  left: readonly EventState[],
): Promise<number> {
  if (keys !== undefined) {
    const events = await Promise.all(keys.map((key) => engine.get(key)))
    return events.filter((event) => event !== undefined && !left.includes(event.state)).length
  }
  if (Object.keys(filter).length === 0) {
    const { counts } = await engine.stats()
    const states = Object.keys(counts) as EventState[]
    return states.reduce((sum, state) => (left.includes(state) ? sum : sum + counts[state]), 0)
  }
  let count = 0
  let after: string | undefined
  do {
    const page = await engine.list({ ...filter, limit: pageSize, after })
    count += page.events.filter(({ state }) => !left.includes(state)).length
    after = page.next
  } while (after !== undefined)
  return count
}
