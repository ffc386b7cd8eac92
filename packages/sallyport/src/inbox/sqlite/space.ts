import { statSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { InboxError } from '../inbox-error.ts'
import type { Statements } from './statements.ts'

// Pages kept for what comes next; giving them back to take them again is work for nothing.
const spareBytes = 4 * 1024 * 1024
const shrinkAtOnceBytes = 1024 * 1024
// What a row, its index entries and a page of its body that is not full take beside the data.
const overheadBytes = 5_000

// Measuring takes longer than storing an event. Other processes may take room too, so that it is not left out for long.
const mostChecks = 50

// SQLite clears its log at 4 MiB where nobody reads it.
const usualLogBytes = 64 * 1024 * 1024

/** How long the log of a store may become, in bytes, before it is cleared by all means. */
export function longestLog(maxBytes: number): number {
  return Math.min(usualLogBytes, Math.ceil(maxBytes / 4))
}

/** The space a database takes: its file, and its log until that is cleared. */
export interface Space {
  /**
   * Only for new events: the outcome of an old one must find room, or a full store could never empty itself.
   *
   * @throws InboxError `INBOX_FULL`
   */
  checkRoom(newBytes: number): void
  /**
   * Clears the log where it is long, outside of a transaction. Waits for nobody: a reader may keep it from being cleared.
   *
   * @param isShort clears it whatever its length, because an event found no room
   * @returns whether it is shorter now
   */
  trimLog(isShort?: boolean): boolean
  /** 0 unless a reader keeps a long log from being cleared; else a number that changes once it was cleared in between. */
  stuckLog(): number
  /** Gives some of the free pages back; returns how many. */
  shrink(): number
  /** Bytes on disk, the log included. */
  bytes(): number
}

export function createSpace(database: DatabaseSync, { number }: Statements, path: string, maxBytes: number): Space {
  const pageSize = number('SELECT page_size FROM pragma_page_size')!
  const pages = (): number => number('SELECT page_count FROM pragma_page_count')!
  const freePages = (): number => number('SELECT freelist_count FROM pragma_freelist_count')!
  const logBytes = (): number => statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0
  const longLog = longestLog(maxBytes)

  let room = 0
  let checksUntilMeasured = 0
  let isStuck = false
  let timesStuck = 0
  let nextTrimAt = longLog

  function clearLog(): boolean {
    const waiting = number('PRAGMA busy_timeout')!
    database.exec('PRAGMA busy_timeout = 0')
    try {
      return number('PRAGMA wal_checkpoint(TRUNCATE)') === 0
    } finally {
      database.exec(`PRAGMA busy_timeout = ${waiting}`)
    }
  }

  return {
    checkRoom(newBytes) {
      const needed = newBytes + overheadBytes
      if (needed > room || checksUntilMeasured === 0) {
        room = maxBytes - (pages() - freePages()) * pageSize - logBytes()
        checksUntilMeasured = mostChecks
      }
      if (needed > room)
        throw new InboxError('INBOX_FULL', `maxBytes is ${maxBytes}, of which the log has ${logBytes()}`)
      // Until the log is cleared, an event takes its room there too.
      room -= 2 * needed
      checksUntilMeasured--
    },

    trimLog(isShort = false) {
      const before = logBytes()
      if (before === 0 || (!isShort && before < nextTrimAt)) return false
      const isCleared = clearLog()
      const wasStuck = isStuck
      isStuck = !isCleared && (isShort || before >= longLog)
      if (isStuck && !wasStuck) timesStuck++
      // Again once it has grown by as much: each try syncs the log.
      nextTrimAt = isCleared ? longLog : before + longLog
      checksUntilMeasured = 0
      return logBytes() < before
    },

    stuckLog: () => (isStuck ? timesStuck : 0),

    shrink() {
      const excess = freePages() - spareBytes / pageSize
      if (excess <= 0) return 0
      const count = Math.ceil(Math.min(excess, shrinkAtOnceBytes / pageSize))
      database.exec(`PRAGMA incremental_vacuum(${count})`)
      return count
    },

    bytes: () => pages() * pageSize + logBytes(),
  }
}
