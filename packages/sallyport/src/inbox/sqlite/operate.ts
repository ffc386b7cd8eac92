import type { SQLInputValue } from 'node:sqlite'
import type { EventFilter } from '../engine.ts'
import { toCondition } from './condition.ts'
import { createHistory } from './history.ts'
import { stateNumber, states } from './schema.ts'
import { changeable } from './select.ts'
import type { Statements } from './statements.ts'
import { createTally, type Tally } from './tally.ts'

/** A step of a change: events that matched when they were found, and must match still. */
export interface Step {
  readonly filter: EventFilter
  readonly seqs: readonly number[]
}

/** Most of what one round deletes. */
export interface PruneLimits {
  readonly rows: number
  /** Bytes of the bodies; one event may have more. */
  readonly bytes: number
  readonly isTime?: IsTime
}

/** What a step did. */
export interface StepResult {
  readonly changed: number
  /** How many events it looked at: the next step begins after them. */
  readonly looked: number
}

/** Whether there is time for more. */
export type IsTime = () => boolean

/** Changes an event if the condition still holds for it. */
type ChangeOne = (seq: number, where: string, values: readonly SQLInputValue[]) => boolean

// A commit costs as much as some events: on a busy machine, time alone would end each step with the first.
const fewest = 50

const always: IsTime = () => true

/** Changes stored events; inside the caller's transaction. */
export function createOperations(statements: Statements, tally: Tally = createTally()) {
  const { all, run } = statements
  const history = createHistory(statements)

  /** Changes events one by one, as long as there is time. */
  function changeEach(
    { filter: { keys: _found, ...filter }, seqs }: Step,
    those: readonly number[],
    { isTime, change }: { readonly isTime: IsTime; readonly change: ChangeOne },
  ): StepResult {
    const { where, values } = toCondition(filter, those)
    let changed = 0
    let looked = 0
    for (const seq of seqs) {
      if (looked >= fewest && !isTime()) break
      if (change(seq, where, values)) changed++
      looked++
    }
    return { changed, looked }
  }

  return {
    replay(step: Step, now: number, isTime: IsTime = always): StepResult {
      return changeEach(step, changeable.replay, {
        isTime,
        change(seq, where, values) {
          const [row] = all(`SELECT * FROM events WHERE seq = ? AND ${where}`, seq, ...values)
          if (row === undefined) return false
          const wasDone = row.state === stateNumber.done
          if (wasDone) history.keepCurrent(row)
          run(
            `UPDATE events SET state = 0, attempts = 0, due_at = ?, wait_ms = 0, finished_at = NULL, error = NULL,
              failure = NULL WHERE seq = ?`,
            now,
            seq,
          )
          tally.add({ pending: 1, [wasDone ? 'done' : 'dead']: -1 })
          return true
        },
      })
    },

    discard(step: Step, isTime: IsTime = always): StepResult {
      return changeEach(step, changeable.discard, {
        isTime,
        change(seq, where, values) {
          const [row] = all(`DELETE FROM events WHERE seq = ? AND ${where} RETURNING state, failure`, seq, ...values)
          if (row === undefined) return false
          run('DELETE FROM bodies WHERE seq = ?', seq)
          const isRetrying = row.state === stateNumber.pending && row.failure !== null
          tally.add({ [states[row.state]!]: -1, retrying: isRetrying ? -1 : 0 })
          return true
        },
      })
    },

    /** Deletes some of the finished events; returns how many. */
    prune(doneBefore: number, deadBefore: number, { isTime = always, ...most }: PruneLimits): number {
      const old = (state: 'done' | 'dead'): string => `SELECT events.seq, state, length(bodies.body) AS bytes
        FROM events INDEXED BY events_${state} LEFT JOIN bodies USING (seq)
        WHERE state = ${stateNumber[state]} AND finished_at < ? LIMIT ?`
      const rows = [
        ...all(old('done'), doneBefore, most.rows),
        ...all(old('dead'), deadBefore, most.rows),
      ] as unknown as readonly { readonly seq: number; readonly state: number; readonly bytes: number | null }[]
      let bytes = 0
      const counts = { done: 0, dead: 0 }
      for (const { seq, state, bytes: size } of rows) {
        if (bytes > most.bytes || (bytes > 0 && !isTime())) break
        bytes += size ?? 0
        run('DELETE FROM bodies WHERE seq = ?', seq)
        counts[state === stateNumber.done ? 'done' : 'dead'] += run('DELETE FROM events WHERE seq = ?', seq)
      }
      if (rows.length > 0) tally.add({ done: -counts.done, dead: -counts.dead })
      return counts.done + counts.dead
    },
  }
}
