import { clip } from '../errors/visible-text.ts'
import type { InboxEvent } from '../receive/inbox.ts'
import { mostDuplicates, type DuplicateRecord } from './history.ts'

/** Duplicates of one event since the last write. */
export interface DuplicateNote {
  readonly key: string
  readonly count: number
  /** Newest first. */
  readonly latest: readonly DuplicateRecord[]
}

interface Counted {
  count: number
  /** Oldest first. */
  readonly latest: DuplicateRecord[]
}

/** Counts duplicates in memory, and writes the counts now and then. */
export interface DuplicateLog {
  note(events: readonly InboxEvent[], answers: readonly ('stored' | 'duplicate')[]): void
  /** Writes what is counted, as far as the store takes it, and counts no more. */
  stop(): Promise<void>
}

const writeEveryMs = 1_000
// Events with a note in memory; beyond that a duplicate is not counted, which needs more stored events in a second.
const mostNotes = 10_000
const mostAtOnce = 500
const longestAddress = 100

/**
 * Makes the log. A write per duplicate would cost a sync of the disk, and somebody who sends one captured delivery a million
 * times would fill it. So an event is written once a second at most, however often it arrives.
 *
 * @param write adds counts to those in the store; events that are gone meanwhile are skipped
 */
export function createDuplicateLog(write: (notes: readonly DuplicateNote[]) => Promise<unknown>): DuplicateLog {
  let notes = new Map<string, Counted>()
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> | undefined
  let isStopped = false

  function find(key: string): Counted | undefined {
    const known = notes.get(key)
    if (known !== undefined || notes.size >= mostNotes) return known
    const made: Counted = { count: 0, latest: [] }
    notes.set(key, made)
    return made
  }

  function plan(): void {
    if (notes.size > 0 && !isStopped) timer ??= setTimeout(() => void flush(), writeEveryMs).unref()
  }

  function flush(): Promise<void> {
    timer = undefined
    return (writing ??= writeAll().finally(() => {
      writing = undefined
      plan()
    }))
  }

  async function writeAll(): Promise<void> {
    const all = Array.from(notes, ([key, { count, latest }]) => ({ key, count, latest: latest.toReversed() }))
    notes = new Map()
    for (let start = 0; start < all.length; start += mostAtOnce) {
      const some = all.slice(start, start + mostAtOnce)
      // The next round tries again.
      await write(some).catch(() => some.forEach(addBefore))
    }
  }

  // What arrived meanwhile is newer.
  function addBefore({ key, count, latest }: DuplicateNote): void {
    const newer = find(key)
    if (newer === undefined) return
    newer.count += count
    const missing = mostDuplicates - newer.latest.length
    newer.latest.unshift(...latest.slice(0, missing).toReversed())
  }

  return {
    note(events, answers) {
      answers.forEach((answer, index) => {
        if (answer !== 'duplicate') return
        const { key, receivedAt, remoteAddress } = events[index]!
        const known = find(key)
        if (known === undefined) return
        known.count++
        const from = remoteAddress === undefined ? undefined : clip(remoteAddress, longestAddress)
        known.latest.push(from === undefined ? { receivedAt } : { receivedAt, remoteAddress: from })
        if (known.latest.length > mostDuplicates) known.latest.shift()
      })
      plan()
    },
    async stop() {
      isStopped = true
      clearTimeout(timer)
      await writing
      await writeAll()
    },
  }
}
