import type { EventFilter, EventPage, Page, StoredEvent } from '../engine.ts'
import { listStart, type Candidate, type ListSlice, type Selected } from './select.ts'
import type { ThreadClient } from './thread-client.ts'

// Everything that stores waits for one step, so it takes a few milliseconds: rows, and bytes of their bodies.
const mostRows = 100
const mostBytes = 4 * 1024 * 1024
const mostKeys = 500

/**
 * One page of a listing. It looks at a part of the events at a time, so that other reads come in between, and so that the log
 * can be cleared.
 */
export async function listEvents(
  reader: ThreadClient,
  { limit = 50, after, sort = 'oldest', ...filter }: EventFilter & Page,
): Promise<EventPage> {
  const found: { readonly seq: number; readonly event: StoredEvent }[] = []
  for (let from: number | undefined = Number(after ?? listStart[sort]); from !== undefined && found.length <= limit;) {
    const slice: ListSlice = await reader.ask('list', { filter, after: from, most: limit + 1 - found.length, sort })
    slice.events.forEach((event, index) => found.push({ event, seq: slice.seqs[index]! }))
    from = slice.next
  }
  const events = found.slice(0, limit).map(({ event }) => event)
  return found.length > limit ? { events, next: String(found[limit - 1]!.seq) } : { events }
}

/** The threads of an open store. */
export interface Threads {
  readonly reader: ThreadClient
  readonly writer: ThreadClient
}

/**
 * Replays or discards the events that match now, step by step; what is stored meanwhile is left. One thread finds them, the
 * other changes them, each step in a transaction of its own. If it is broken off, a second call does the rest.
 *
 * @returns how many were changed
 */
export async function changeEvents(
  { reader, writer }: Threads,
  change: 'replay' | 'discard',
  filter: EventFilter,
): Promise<number> {
  // Of the thread that stores: what is stored after this call is asked for later.
  const until = await writer.ask('last')
  let count = 0
  for (const part of divideKeys(filter)) {
    for (let after: number | undefined = 0; after !== undefined;) {
      const { candidates, next }: Selected = await reader.ask('select', { filter: part, change, after, until })
      for (const seqs of divide(candidates)) count += await writer.ask(change, { filter: part, seqs })
      after = next
    }
  }
  return count
}

function divideKeys({ keys, ...filter }: EventFilter): EventFilter[] {
  if (keys === undefined) return [filter]
  const unique = [...new Set(keys)]
  const starts = Array.from({ length: Math.ceil(unique.length / mostKeys) }, (_, index) => index * mostKeys)
  return starts.map((start) => ({ ...filter, keys: unique.slice(start, start + mostKeys) }))
}

/** Divides candidates into what one step changes. */
function divide(candidates: readonly Candidate[]): number[][] {
  const steps: number[][] = []
  let bytes = 0
  for (const [seq, size] of candidates) {
    const last = steps.at(-1)
    if (last && last.length < mostRows && bytes + size <= mostBytes) {
      last.push(seq)
      bytes += size
    } else {
      steps.push([seq])
      bytes = size
    }
  }
  return steps
}
