import type { InboxStats } from '../engine.ts'
import { createKinds } from './kinds.ts'
import { stateNumber } from './schema.ts'
import type { Statements } from './statements.ts'
import type { Counts } from './tally.ts'

/**
 * How far the counts that are kept are from the events: another version of this package, or somebody by hand, may have changed
 * events without counting. One statement, so both are of the same moment.
 */
export function readDrift({ prepare }: Statements): Counts {
  const count = (state: keyof typeof stateNumber): string =>
    `(SELECT count(*) FROM events INDEXED BY events_kind WHERE state = ${stateNumber[state]}) - ${state} AS ${state}`
  const retrying = `(SELECT count(*) FROM events INDEXED BY events_failing
    WHERE state = ${stateNumber.pending} AND failure IS NOT NULL) - retrying AS retrying`
  const text = `SELECT ${count('pending')}, ${count('active')}, ${count('done')}, ${count('dead')}, ${retrying} FROM kept`
  return { ...(prepare(text).get() as unknown as Counts) }
}

/** Reads the counts that are kept, and finds the oldest pending event. */
export function createStats(statements: Statements): (now: number) => InboxStats {
  const { prepare, number } = statements
  const kinds = createKinds(statements)

  /** The first of each kind, through the index. */
  function findOldest(): number | undefined {
    const text = `SELECT seq FROM events INDEXED BY events_kind WHERE state = ? AND provider = ? AND type = ?
      ORDER BY seq LIMIT 1`
    const firsts = kinds
      .find(stateNumber.pending, {})
      .flatMap(({ provider, type }) => number(text, stateNumber.pending, provider, type) ?? [])
    const seq = firsts.length === 0 ? undefined : Math.min(...firsts)
    return seq === undefined ? undefined : (number('SELECT stored_at FROM events WHERE seq = ?', seq) ?? undefined)
  }

  return (now) => {
    const row = prepare('SELECT pending, active, done, dead, retrying FROM kept').get() as unknown as Counts
    const { retrying, pending, active, done, dead } = row
    const oldest = findOldest()
    const stats = { counts: { pending, active, done, dead }, retrying }
    return oldest === undefined ? stats : { ...stats, oldestPendingMs: Math.max(0, now - oldest) }
  }
}
