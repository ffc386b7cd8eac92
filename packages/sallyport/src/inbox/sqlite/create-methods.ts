import { createClaims } from './claim.ts'
import { createHistory } from './history.ts'
import { createInsert } from './insert.ts'
import type { Methods } from './methods.ts'
import { createOperations } from './operate.ts'
import { createSelection } from './select.ts'
import type { Space } from './space.ts'
import type { Statements } from './statements.ts'
import type { WorkerRight } from './worker-right.ts'

const pruneAtOnce = { rows: 250, bytes: 4 * 1024 * 1024 }
// Clocks are corrected by steps this small all the time.
const smallStepMs = 1_000
const correctEveryMs = 60_000

/** The methods over one connection. Each runs inside the caller's transaction. */
export function createMethods(statements: Statements, space: Space, right: WorkerRight): Methods {
  const insert = createInsert(statements, space)
  const claims = createClaims(statements)
  const operations = createOperations(statements)
  const selection = createSelection(statements)
  let lastNow = 0
  let lastCorrection = 0

  function readClock(): number {
    const now = Date.now()
    if (now < lastNow - smallStepMs) lastCorrection = 0
    lastNow = now
    return now
  }

  // Also at the start, and now and then: the clock may have been set back while no process was running.
  function correctClock(now: number): void {
    if (now < lastCorrection + correctEveryMs) return
    claims.correctClock(now)
    lastCorrection = now
  }

  return {
    open() {},
    close: right.giveUp,
    insert(rows) {
      const now = readClock()
      return rows.map((row) => insert(row, now))
    },
    work({ retry, atWork, order }) {
      const taken = right.take()
      if (taken === undefined) return undefined
      return claims.recover(retry, { atWork, order, now: readClock(), isOwn: taken === 'kept' })
    },
    claim(how) {
      right.check()
      const now = readClock()
      correctClock(now)
      return claims.claim(how, now)
    },
    answer: right.answer,
    settle: (settlement) => claims.settle(settlement, readClock()),
    unclaim: claims.unclaim,
    addDuplicates: createHistory(statements).addDuplicates,
    list: selection.list,
    select: selection.select,
    last: selection.last,
    get: selection.get,
    replay: (step) => operations.replay(step, readClock()),
    discard: operations.discard,
    prune({ retentionMs, deadRetentionMs }) {
      const now = readClock()
      return operations.prune(now - retentionMs, now - deadRetentionMs, pruneAtOnce)
    },
    shrink: space.shrink,
    checkLog() {
      space.trimLog()
      return space.stuckLog()
    },
    stats: () => ({ ...operations.stats(readClock()), bytes: space.bytes() }),
  }
}
