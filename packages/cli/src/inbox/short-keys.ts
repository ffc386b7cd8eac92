import type { Engine, StoredEvent } from 'sallyport/inbox'

// A random id of 8 hexadecimal digits meets another in a store of 10,000 once in a hundred lists; 12 never do.
const shortest = 8
const shortestUnknown = 12
const mostRead = 10_000
const pageSize = 1_000

/** An id as people copy it: a digest without its name. */
export function toBareId(id: string): string {
  return id.replace(/^sha256:/, '')
}

/**
 * For each event the beginning of its id that no other event of the store has, as git shortens a commit. Of a store with more
 * than 10,000 events only some are read, and the beginnings are longer.
 *
 * @returns in the order of `events`; the whole id where two events share it
 */
export async function toShortKeys(engine: Engine, events: readonly StoredEvent[]): Promise<string[]> {
  const ids = events.map(({ id }) => toBareId(id))
  const seen = new Map<string, string>(events.map(({ key, id }) => [key, toBareId(id)]))
  let after: string | undefined
  do {
    const page = await engine.list({ limit: pageSize, after })
    for (const { key, id } of page.events) seen.set(key, toBareId(id))
    after = page.next
  } while (after !== undefined && seen.size < mostRead)
  // In order, an id has its longest common beginning with a neighbour.
  const sorted = [...seen.values()].toSorted((one, other) => (one < other ? -1 : 1))
  const least = after === undefined ? shortest : shortestUnknown
  const lengths = new Map<string, number>()
  for (const [index, id] of sorted.entries()) {
    const common = Math.max(commonLength(id, sorted[index - 1]), commonLength(id, sorted[index + 1]))
    lengths.set(id, Math.max(least, common + 1))
  }
  return ids.map((id) => id.slice(0, lengths.get(id)))
}

function commonLength(one: string, other = ''): number {
  let length = 0
  while (length < one.length && one[length] === other[length]) length++
  return length
}
