import type { ChangeOptions, EventFilter, EventPage, Page, StoredEvent } from '../engine.ts'
import { listStart, type Candidate, type ListSlice, type Selected } from './select.ts'
import type { ThreadClient } from './thread-client.ts'

// A step ends by itself after a few milliseconds, but not within an event: the pages of its body count.
const mostRows = 200
const mostBytes = 4 * 1024 * 1024
const mostKeys = 500

/**
 * One page of a listing. It looks at a part of the events at a time, so that other reads come in between, and so that the log
 * can be cleared.
 */
export async function listEvents(
  reader: ThreadClient,
  { limit = 50, after, sort = 'oldest', mostLooks = Infinity, ...filter }: EventFilter & Page,
): Promise<EventPage> {
  const found: { readonly seq: number; readonly event: StoredEvent }[] = []
  // Events that an earlier page showed before their turn.
  const [start, ...shown] = (after ?? String(listStart[sort])).split('+').map(Number)
  let looked = 0
  let lookedTo: number | undefined
  let from: number | undefined = start
  const add = ({ events, seqs }: ListSlice, isWanted: (seq: number) => boolean): void => {
    for (const [index, seq] of seqs.entries()) if (isWanted(seq)) found.push({ seq, event: events[index]! })
  }
  while (from !== undefined && found.length <= limit) {
    if (looked >= mostLooks) {
      // A search for an id has it at once, however far away the event is.
      if (after === undefined && filter.search !== undefined && found.length < limit) {
        const place = from
        const isAhead = (seq: number): boolean => (sort === 'oldest' ? seq > place : seq < place)
        const some = await reader.ask('listId', filter)
        add(some, isAhead)
        shown.push(...some.seqs.filter(isAhead))
      }
      return { events: found.map(({ event }) => event), next: [from, ...shown].join('+'), looked, lookedTo }
    }
    const most = limit + 1 - found.length
    const looks = Math.min(mostLooks, Number.MAX_SAFE_INTEGER) - looked
    const slice: ListSlice = await reader.ask('list', { filter, after: from, most, sort, looks })
    add(slice, (seq) => !shown.includes(seq))
    looked += slice.looked
    lookedTo = slice.lookedTo
    from = slice.next
  }
  const events = found.slice(0, limit).map(({ event }) => event)
  return found.length > limit ? { events, next: [found[limit - 1]!.seq, ...shown].join('+') } : { events }
}

/** The threads of an open store. */
export interface Threads {
  readonly reader: ThreadClient
  readonly writer: ThreadClient
}

/**
 * Replays or discards the events that match now, step by step; what is stored meanwhile is left. One thread finds them, the
 * other changes them, each step in a transaction of its own; all are durable at the end. If it is broken off, a second call does the rest.
 *
 * @returns how many were changed
 */
export async function changeEvents(
  { reader, writer }: Threads,
  change: 'replay' | 'discard',
  filter: EventFilter,
  { signal, onProgress = () => {} }: ChangeOptions = {},
): Promise<number> {
  // Of the thread that stores: what is stored after this call is asked for later.
  const until = await writer.ask('last')
  let count = 0
  const end = async (): Promise<number> => {
    if (count > 0) await writer.ask('sync')
    return count
  }
  for (const part of divideKeys(filter)) {
    for (let after: number | undefined = 0; after !== undefined;) {
      const { candidates, next }: Selected = await reader.ask('select', { filter: part, change, after, until })
      for (const step of divide(candidates)) {
        for (let seqs = step; seqs.length > 0;) {
          if (signal?.aborted) return end()
          const { changed, looked } = await writer.ask(change, { filter: part, seqs })
          seqs = seqs.slice(looked)
          count += changed
          onProgress(count)
        }
      }
      after = next
    }
  }
  return end()
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
