import type { Statements } from './statements.ts'

/** How many events there are, or how many more. */
export interface Counts {
  readonly pending: number
  readonly active: number
  readonly done: number
  readonly dead: number
  /** Pending ones whose last attempt failed. */
  readonly retrying: number
}

interface Changes extends Counts {
  /** The first event stored in this transaction, and when it and the last one were. */
  readonly firstSeq: number | undefined
  readonly firstAt: number
  readonly lastAt: number
  /** Events in between that were stored at an earlier time than the one before. */
  readonly steps: readonly number[]
}

const none: Changes = {
  pending: 0,
  active: 0,
  done: 0,
  dead: 0,
  retrying: 0,
  firstSeq: undefined,
  firstAt: 0,
  lastAt: 0,
  steps: [],
}

/** What a transaction changes in the counts; written once, at its end. Counting the events would read all of them. */
export interface Tally {
  add(changes: Partial<Counts>): void
  /** Counts an event that is stored. */
  addStored(seq: number, at: number): void
  /** What is noted so far, for `restore` where a part of the transaction is undone. */
  mark(): unknown
  restore(mark: unknown): void
  /** Writes what is noted, and forgets it. */
  write(statements: Statements): void
  /** For a transaction that is undone. */
  forget(): void
}

export function createTally(): Tally {
  let noted = none

  return {
    add({ pending = 0, active = 0, done = 0, dead = 0, retrying = 0 }) {
      noted = {
        ...noted,
        pending: noted.pending + pending,
        active: noted.active + active,
        done: noted.done + done,
        dead: noted.dead + dead,
        retrying: noted.retrying + retrying,
      }
    },
    addStored(seq, at) {
      const { firstSeq, firstAt, lastAt, steps, pending } = noted
      noted = {
        ...noted,
        pending: pending + 1,
        firstSeq: firstSeq ?? seq,
        firstAt: firstSeq === undefined ? at : firstAt,
        lastAt: at,
        steps: firstSeq !== undefined && at < lastAt ? [...steps, seq] : steps,
      }
    },
    mark: () => noted,
    restore(mark) {
      noted = mark as Changes
    },
    write({ run }) {
      if (noted === none) return
      const { pending, active, done, dead, retrying, firstSeq, firstAt, lastAt, steps } = noted
      noted = none
      if (firstSeq !== undefined) {
        run('INSERT INTO clock_steps SELECT ? FROM kept WHERE clock > ?', firstSeq, firstAt)
        for (const seq of steps) run('INSERT INTO clock_steps VALUES (?)', seq)
        run('UPDATE kept SET clock = ?', lastAt)
      }
      run(
        `UPDATE kept SET pending = pending + ?, active = active + ?, done = done + ?, dead = dead + ?,
          retrying = retrying + ?`,
        pending,
        active,
        done,
        dead,
        retrying,
      )
    },
    forget() {
      noted = none
    },
  }
}
