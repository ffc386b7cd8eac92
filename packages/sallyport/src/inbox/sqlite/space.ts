import { statSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { InboxError } from '../inbox-error.ts'
import type { Statements } from './statements.ts'

// Pages kept for what comes next; giving them back to take them again is work for nothing.
const spareBytes = 4 * 1024 * 1024
const shrinkAtOnceBytes = 8 * 1024 * 1024
// What a row, its index entries and a page of its body that is not full take beside the data.
const overheadBytes = 5_000

// Measuring takes longer than storing an event. Other processes may take room too, so that it is not left out for long.
const mostChecks = 50

/** The space a database takes. */
export interface Space {
  /**
   * Only for new events: the outcome of an old one must find room, or a full store could never empty itself.
   *
   * @throws InboxError `INBOX_FULL`
   */
  checkRoom(newBytes: number): void
  /** Gives some of the free pages back; returns how many. */
  shrink(): number
  /** Bytes on disk, the log included. */
  bytes(): number
}

export function createSpace(database: DatabaseSync, { number }: Statements, path: string, maxBytes: number): Space {
  const pageSize = number('SELECT page_size FROM pragma_page_size')!
  const pages = (): number => number('SELECT page_count FROM pragma_page_count')!
  const freePages = (): number => number('SELECT freelist_count FROM pragma_freelist_count')!

  let room = 0
  let checksUntilMeasured = 0

  return {
    checkRoom(newBytes) {
      const needed = newBytes + overheadBytes
      if (needed > room || checksUntilMeasured === 0) {
        room = maxBytes - (pages() - freePages()) * pageSize
        checksUntilMeasured = mostChecks
      }
      if (needed > room) throw new InboxError('INBOX_FULL', `maxBytes is ${maxBytes}`)
      room -= needed
      checksUntilMeasured--
    },

    shrink() {
      const excess = freePages() - spareBytes / pageSize
      if (excess <= 0) return 0
      const count = Math.ceil(Math.min(excess, shrinkAtOnceBytes / pageSize))
      database.exec(`PRAGMA incremental_vacuum(${count})`)
      return count
    },

    bytes: () => pages() * pageSize + (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0),
  }
}
