import { createClaims } from './claim.ts'
import type { Clock } from './clock.ts'
import { createCount } from './count.ts'
import { createGroups } from './groups.ts'
import { createHistory } from './history.ts'
import { createInsert } from './insert.ts'
import { createKinds } from './kinds.ts'
import type { Methods } from './methods.ts'
import { createMinutes } from './minutes.ts'
import { createNotes } from './notes.ts'
import { createOperations } from './operate.ts'
import { createSelection } from './select.ts'
import { migrations } from './schema.ts'
import type { Space } from './space.ts'
import type { Statements } from './statements.ts'
import { createStats, readDrift } from './stats.ts'
import type { Tally } from './tally.ts'
import type { WorkerRight } from './worker-right.ts'

// Everything that stores waits for a step.
const stepMs = 4
const pruneAtOnce = { rows: 100, bytes: 4 * 1024 * 1024 }

/** What methods share. */
export interface Parts {
  readonly space: Space
  readonly right: WorkerRight
  readonly tally: Tally
  readonly clock: Clock
}

/** The methods over one connection. Each runs inside the caller's transaction. */
export function createMethods(statements: Statements, { space, right, tally, clock }: Parts): Methods {
  const insert = createInsert(statements, space, tally)
  const claims = createClaims(statements, tally)
  const operations = createOperations(statements, tally)
  const minutes = createMinutes(statements)
  const stats = createStats(statements)
  const selection = createSelection(statements)

  return {
    open() {},
    close: right.giveUp,
    insert(rows) {
      const now = clock.read()
      return rows.map((row) => insert(row, now))
    },
    work({ retry, atWork, order }) {
      const taken = right.take()
      if (taken === undefined) return undefined
      return claims.recover(retry, { atWork, order, now: clock.read(), isOwn: taken === 'kept' })
    },
    claim(how) {
      right.check()
      const now = clock.read()
      if (clock.mustCorrect(now)) claims.correctClock(now)
      return claims.claim(how, now)
    },
    answer: right.answer,
    settle: (settlement) => claims.settle(settlement, clock.read()),
    unclaim: claims.unclaim,
    addDuplicates: createHistory(statements).addDuplicates,
    addMinutes: minutes.addMinutes,
    list: selection.list,
    listId: selection.listId,
    select: selection.select,
    last: selection.last,
    get: selection.get,
    count: createCount(statements),
    failures: createGroups(statements),
    minutes: minutes.minutes,
    names: createKinds(statements).names,
    replay: (step) => operations.replay(step, clock.read(), within(stepMs)),
    discard: (step) => operations.discard(step, within(stepMs)),
    sync: () => void statements.run(`PRAGMA user_version = ${migrations.length}`),
    checkWritable() {
      space.checkRoom(0)
      statements.run(`PRAGMA user_version = ${migrations.length}`)
    },
    prune({ retentionMs, deadRetentionMs }) {
      const now = clock.read()
      const most = { ...pruneAtOnce, isTime: within(stepMs) }
      return operations.prune(now - retentionMs, now - deadRetentionMs, most) + minutes.pruneMinutes(now)
    },
    shrink: space.shrink,
    checkLog() {
      space.trimLog()
      return space.stuckLog()
    },
    stats() {
      // In a transaction that changes something, what it changed so far is not in the store yet.
      tally.write(statements)
      return { ...stats(clock.read()), bytes: space.bytes() }
    },
    ...createNotes(statements),
    drift: () => readDrift(statements),
    recount() {
      tally.write(statements)
      tally.add(readDrift(statements))
    },
  }
}

function within(ms: number): () => boolean {
  const end = performance.now() + ms
  return () => performance.now() < end
}
