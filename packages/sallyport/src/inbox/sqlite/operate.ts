import type { EventFilter, InboxStats } from '../engine.ts'
import { createHistory } from './history.ts'
import { changeable, toCondition } from './select.ts'
import type { Statements } from './statements.ts'

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
}

/** Changes stored events; inside the caller's transaction. */
export function createOperations(statements: Statements) {
  const { all, run, number } = statements
  const history = createHistory(statements)
  const inStep = 'seq IN (SELECT value FROM json_each(?))'

  return {
    replay({ filter, seqs }: Step, now: number): number {
      const { where, values } = toCondition(filter)
      const matching = `${inStep} AND ${changeable.replay} AND ${where}`
      const some = [JSON.stringify(seqs), ...values]
      all(`SELECT * FROM events WHERE state = 2 AND ${matching}`, ...some).forEach(history.keepCurrent)
      return run(
        `UPDATE events SET state = 0, attempts = 0, due_at = ?, wait_ms = 0, finished_at = NULL WHERE ${matching}`,
        now,
        ...some,
      )
    },

    discard({ filter, seqs }: Step): number {
      const { where, values } = toCondition(filter)
      const matching = `FROM events WHERE ${inStep} AND ${changeable.discard} AND ${where}`
      run(`DELETE FROM bodies WHERE seq IN (SELECT seq ${matching})`, JSON.stringify(seqs), ...values)
      return run(`DELETE ${matching}`, JSON.stringify(seqs), ...values)
    },

    /** Deletes some of the finished events; returns how many. */
    prune(doneBefore: number, deadBefore: number, most: PruneLimits): number {
      const old = (state: number): string => `SELECT events.seq, length(bodies.body) AS bytes
        FROM events LEFT JOIN bodies USING (seq) WHERE state = ${state} AND finished_at < ? LIMIT ?`
      const rows = [
        ...all(old(2), doneBefore, most.rows),
        ...all(old(3), deadBefore, most.rows),
      ] as unknown as readonly { readonly seq: number; readonly bytes: number | null }[]
      let bytes = 0
      let count = 0
      for (const { seq, bytes: size } of rows) {
        if (bytes > most.bytes) break
        bytes += size ?? 0
        run('DELETE FROM bodies WHERE seq = ?', seq)
        count += run('DELETE FROM events WHERE seq = ?', seq)
      }
      return count
    },

    stats(now: number): InboxStats {
      const count = (state: number): number => number(`SELECT count(*) FROM events WHERE state = ${state}`) ?? 0
      const counts = { pending: count(0), active: count(1), done: count(2), dead: count(3) }
      const oldest = number('SELECT min(stored_at) FROM events WHERE state = 0')
      return oldest === null ? { counts } : { counts, oldestPendingMs: Math.max(0, now - oldest) }
    },
  }
}
