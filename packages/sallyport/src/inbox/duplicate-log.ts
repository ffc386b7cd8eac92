import { clip } from '../errors/visible-text.ts'
import type { InboxEvent } from '../receive/inbox.ts'
import { mostDuplicates, type DuplicateRecord } from './history.ts'
import { writeEachSecond } from './write-each-second.ts'

/** Duplicates of one event since the last write. */
export interface DuplicateNote {
  readonly key: string
  readonly count: number
  /** Newest first. */
  readonly latest: readonly DuplicateRecord[]
}

interface Counted {
  readonly key: string
  count: number
  /** Oldest first. */
  latest: DuplicateRecord[]
}

/** Counts duplicates in memory, and writes the counts now and then. */
export interface DuplicateLog {
  note(events: readonly InboxEvent[], answers: readonly ('stored' | 'duplicate')[]): void
  /** Writes what is counted, as far as the store takes it, and counts no more. */
  stop(): Promise<void>
}

const longestAddress = 100

/**
 * Makes the log. A write per duplicate would cost a sync of the disk, and somebody who sends one captured delivery a million
 * times would fill it. So an event is written once a second at most, however often it arrives.
 *
 * @param write adds counts to those in the store; events that are gone meanwhile are skipped
 */
export function createDuplicateLog(write: (notes: readonly DuplicateNote[]) => Promise<unknown>): DuplicateLog {
  const duplicates = writeEachSecond<Counted>(
    (some) => write(some.map(toNote)),
    (newer, older) => {
      newer.count += older.count
      newer.latest = [...older.latest, ...newer.latest].slice(-mostDuplicates)
    },
  )

  return {
    note(events, answers) {
      answers.forEach((answer, index) => {
        if (answer !== 'duplicate') return
        const { key, receivedAt, remoteAddress } = events[index]!
        const known = duplicates.find(key, () => ({ key, count: 0, latest: [] }))
        if (known === undefined) return
        known.count++
        const from = remoteAddress === undefined ? undefined : clip(remoteAddress, longestAddress)
        known.latest.push(from === undefined ? { receivedAt } : { receivedAt, remoteAddress: from })
        if (known.latest.length > mostDuplicates) known.latest.shift()
      })
    },
    stop: duplicates.stop,
  }
}

function toNote({ key, count, latest }: Counted): DuplicateNote {
  return { key, count, latest: latest.toReversed() }
}
