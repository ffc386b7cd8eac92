import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import type { EventFilter, OrderMode, StoredEvent } from '../engine.ts'
import type { InboxEvent } from '../../receive/inbox.ts'
import { newEvent } from '../../../../../test/support/inbox/new-event.ts'
import { toRetryPolicy, type RetryPolicy } from '../retry-policy.ts'
import { toRow } from './rows.ts'
import { createClaims, type RecoverOptions } from './claim.ts'
import { createInsert } from './insert.ts'
import { migrate } from './migrate.ts'
import { createOperations, type Step } from './operate.ts'
import { createSelection } from './select.ts'
import { createSpace } from './space.ts'
import { createStatements } from './statements.ts'
import { createStats } from './stats.ts'
import { createTally } from './tally.ts'

const hour = 3_600_000
const retry = toRetryPolicy({ attempts: 4, delayMs: 1_000, factor: 2, maxDelayMs: 60_000, jitter: 0 })

let database: DatabaseSync
let store: ReturnType<typeof createStore>

/** What the thread does with one connection, without its clock. */
function createStore() {
  const statements = createStatements(database)
  const space = createSpace(database, statements, ':memory:', 1e9)
  const operations = createOperations(statements)
  const selection = createSelection(statements)
  const select = (filter: EventFilter, change: 'discard' | 'replay'): Step => {
    const { candidates } = selection.select({ filter, change, after: 0, until: selection.last() })
    return { filter, seqs: candidates.map(([seq]) => seq) }
  }
  return {
    ...createClaims(statements),
    get: selection.get,
    stats: createStats(statements),
    list: (most: number, filter: EventFilter = {}) => selection.list({ filter, after: 0, most, sort: 'oldest' }),
    discard: (filter: EventFilter) => operations.discard(select(filter, 'discard')).changed,
    replay: (filter: EventFilter, now: number) => operations.replay(select(filter, 'replay'), now).changed,
    prune: (doneBefore: number, deadBefore: number, rows: number) =>
      operations.prune(doneBefore, deadBefore, { rows, bytes: 1e9 }),
    insert: createInsert(statements, space, createTally()),
  }
}

beforeEach(() => {
  database = new DatabaseSync(':memory:')
  migrate(database)
  store = createStore()
})

function insert(key: string, now: number, more: Partial<InboxEvent> = {}): void {
  store.insert(toRow(newEvent(key, { provider: 'p', receivedAt: now, ...more })), now)
}

const claimKeys = (now: number, limit = 10, order: OrderMode = 'none'): string[] =>
  store.claim({ limit, order }, now).events.map(({ key }) => key)

function recover(now: number, more: Partial<RecoverOptions & { retry: RetryPolicy }> = {}): readonly StoredEvent[] {
  return store.recover(more.retry ?? retry, { atWork: [], order: 'none', now, isOwn: false, ...more })
}

describe('the outcome of an earlier attempt', () => {
  it('does not end a later attempt', () => {
    insert('a', 0)
    claimKeys(0)
    recover(0)
    claimKeys(0)
    expect(store.settle({ key: 'a', attempt: 1, outcome: 'handled' }, 1)).toBe(false)
    expect(store.get('a')).toMatchObject({ state: 'active', attempts: 2 })
    expect(store.settle({ key: 'a', attempt: 2, outcome: 'handled' }, 1)).toBe(true)
    expect(store.get('a')).toMatchObject({ state: 'done' })
  })
})

describe('a claim of a dead process', () => {
  it('is retried at once, then after the waits, then dead', () => {
    insert('a', 0)
    const dueAfter: (number | undefined)[] = []
    for (let run = 0; run < 3; run++) {
      expect(claimKeys(hour)).toEqual(['a'])
      expect(recover(hour)).toEqual([])
      dueAfter.push(store.get('a')!.dueAt! - hour)
      database.exec('UPDATE events SET due_at = 0')
    }
    expect(dueAfter).toEqual([0, 1_000, 2_000])
    claimKeys(hour)
    expect(recover(hour)).toMatchObject([{ key: 'a', state: 'dead', attempts: 4 }])
    expect(store.get('a')).toMatchObject({ state: 'dead', finishedAt: hour })
  })

  it('is retried even where the policy has one attempt', () => {
    insert('a', 0)
    claimKeys(0)
    expect(recover(0, { retry: toRetryPolicy({ attempts: 1 }) })).toEqual([])
    expect(claimKeys(0)).toEqual(['a'])
  })

  it('costs no attempt where this process lost only the answer', () => {
    insert('a', 0)
    for (let times = 0; times < 10; times++) {
      expect(claimKeys(hour)).toEqual(['a'])
      expect(recover(hour, { isOwn: true })).toEqual([])
      expect(store.get('a')).toMatchObject({ state: 'pending', attempts: 0 })
    }
  })

  it('leaves the claims of this process alone', () => {
    insert('mine', 0)
    insert('lost', 0)
    claimKeys(0)
    recover(0, { atWork: [{ key: 'mine', attempt: 1 }] })
    expect([store.get('mine')!.state, store.get('lost')!.state]).toEqual(['active', 'pending'])
  })
})

describe('a lost claim', () => {
  it('is taken back although an earlier attempt of its event waits for its outcome', () => {
    insert('a', 0)
    claimKeys(0)
    store.settle({ key: 'a', attempt: 1, outcome: 'retried', waitMs: 0, error: 'not yet' }, 0)
    claimKeys(hour)
    expect(store.get('a')).toMatchObject({ state: 'active', attempts: 2 })
    recover(hour, { atWork: [{ key: 'a', attempt: 1 }], isOwn: true })
    expect(store.get('a')).toMatchObject({ state: 'pending', attempts: 1 })
  })
})

describe('the clock', () => {
  it('set back an hour delays neither retries nor new events', () => {
    const now = 10 * hour
    insert('failed', now)
    claimKeys(now)
    store.settle({ key: 'failed', attempt: 1, outcome: 'retried', waitMs: 5_000, error: '' }, now)
    insert('stored', now)
    store.correctClock(now - hour)
    expect(claimKeys(now - hour)).toEqual(['stored'])
    expect(store.get('failed')!.dueAt).toBe(now - hour + 5_000)
    expect(claimKeys(now - hour + 5_000)).toEqual(['failed'])
  })

  it('that was not set back changes nothing', () => {
    insert('failed', 0)
    claimKeys(0)
    store.settle({ key: 'failed', attempt: 1, outcome: 'retried', waitMs: 5_000, error: '' }, 0)
    expect(store.correctClock(0)).toBe(0)
    expect(store.correctClock(hour)).toBe(0)
  })
})

describe('a due retry', () => {
  it('is claimed before newer events', () => {
    insert('failed', 0)
    claimKeys(0)
    store.settle({ key: 'failed', attempt: 1, outcome: 'retried', waitMs: 10, error: '' }, 0)
    for (let n = 0; n < 5; n++) insert(`new-${n}`, 20)
    expect(claimKeys(30, 1)).toEqual(['failed'])
  })
})

describe('an order key', () => {
  const isBlocking = { serial: ['pending', 'active'], strict: ['pending', 'active', 'dead'] }
  const settle = (key: string, outcome: 'handled' | 'dead', now = 0): boolean =>
    store.settle({ key, attempt: store.get(key)!.attempts, outcome, error: '' }, now)
  /** How many a look for what is due reads. */
  const countDue = (now = hour): number =>
    Number(database.prepare('SELECT count(*) AS count FROM events WHERE state = 0 AND due_at <= ?').get(now)!['count'])

  it.each(['serial', 'strict'] as const)('%s: reads events that wait for others once', (order) => {
    for (let n = 0; n < 500; n++) insert(`long-${n}`, 0, { orderKey: 'long' })
    insert('alone', 1, { orderKey: 'alone' })
    insert('free', 1)
    expect(claimKeys(1, 10, order)).toEqual(['long-0', 'alone', 'free'])
    expect(countDue()).toBe(0)
    settle('long-0', 'handled')
    expect(countDue()).toBe(1)
    expect(claimKeys(1, 10, order)).toEqual(['long-1'])
    settle('long-1', 'dead')
    expect(claimKeys(1, 10, order)).toEqual(order === 'serial' ? ['long-2'] : [])
    expect(countDue()).toBe(0)
    // Replayed, it stands before them again.
    store.replay({ keys: ['long-1'] }, 2)
    settle('long-2', 'handled')
    expect(claimKeys(2, 10, order)).toEqual(['long-1'])
    settle('long-1', 'dead', 2)
    store.discard({ keys: ['long-1'] })
    expect(claimKeys(2, 10, order)).toEqual([order === 'serial' ? 'long-3' : 'long-2'])
  })

  it('finds an event behind thousands that wait, step by step', () => {
    for (let n = 0; n < 2_500; n++) insert(`long-${n}`, 0, { orderKey: 'long' })
    insert('late', 1)
    const looks = [1, 2, 3].map(() => store.claim({ limit: 10, order: 'strict' }, 1))
    expect(looks.map(({ events }) => events.map(({ key }) => key))).toEqual([['long-0'], [], ['late']])
    expect(looks.map(({ nextDueAt }) => nextDueAt)).toEqual([1, 1, undefined])
  })

  it('shows when waiting events were due', () => {
    for (const key of ['a', 'b', 'c']) insert(key, hour, { orderKey: 'line' })
    expect(claimKeys(hour, 10, 'serial')).toEqual(['a'])
    expect(store.get('b')).toMatchObject({ state: 'pending', dueAt: hour })
    expect(store.correctClock(0)).toBe(0)
    settle('a', 'handled', 1)
    expect(claimKeys(1, 10, 'serial')).toEqual(['b'])
  })

  it('follows the order mode in use now', () => {
    for (const key of ['a', 'b', 'c', 'd']) insert(key, 0, { orderKey: 'line' })
    claimKeys(0, 10, 'strict')
    settle('a', 'dead')
    expect(claimKeys(0, 10, 'strict')).toEqual([])
    recover(0, { order: 'serial' })
    expect(claimKeys(0, 10, 'serial')).toEqual(['b'])
    recover(0, { atWork: [{ key: 'b', attempt: 1 }] })
    expect(claimKeys(0, 10, 'none')).toEqual(['c', 'd'])
  })

  it.each(['serial', 'strict'] as const)('%s: no event is lost, and none overtakes another', (order) => {
    const step = fc.record({ act: fc.nat(6), key: fc.nat(11), dead: fc.boolean() })
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 80 }), (steps) => {
        database.exec('DELETE FROM events; DELETE FROM bodies')
        const orderKeyOf = (n: number): Partial<InboxEvent> => (n % 4 === 3 ? {} : { orderKey: `line-${n % 4}` })
        for (const { act, key: n, dead } of steps) {
          const key = `event-${n}`
          if (act <= 1) insert(key, 0, orderKeyOf(n))
          if (act === 2) store.discard({ keys: [key] })
          if (act === 3) store.replay({ keys: [key] }, 0)
          if (act === 4) recover(0, { retry: toRetryPolicy({ attempts: 99, delayMs: 0 }), order })
          if (act === 5 && dead) store.prune(1, 1, 2)
          else if (store.get(key)?.state === 'active') settle(key, dead ? 'dead' : 'handled')
          const { events } = store.list(99)
          const isFree = ({ state, orderKey }: StoredEvent, index: number): boolean =>
            state === 'pending' &&
            !events
              .slice(0, index)
              .some((other) => orderKey && other.orderKey === orderKey && isBlocking[order].includes(other.state))
          const expected = events.filter(isFree).map(({ key: name }) => name)
          expect(claimKeys(0, 99, order).toSorted()).toEqual(expected.toSorted())
        }
      }),
      { numRuns: 100 },
    )
  })
})

describe('every statement', () => {
  it('scans no events it does not need', () => {
    const sql = new Set<string>()
    const prepare = database.prepare.bind(database)
    database.prepare = (text) => {
      sql.add(text)
      return prepare(text)
    }
    store = createStore()
    insert('a', 0)
    for (const order of ['none', 'serial', 'strict'] as const) claimKeys(0, 10, order)
    for (const outcome of ['handled', 'retried', 'dead'] as const) store.settle({ key: 'a', attempt: 1, outcome }, 0)
    store.unclaim({ key: 'a', attempt: 1 })
    recover(0)
    store.correctClock(0)
    store.prune(0, 0, 1)
    store.stats(0)
    store.get('a')
    store.list(9, { keys: ['a'] })
    store.list(9, { state: 'dead', provider: 'p', search: 'x' })
    store.discard({ keys: ['a'], state: 'dead' })
    store.replay({ state: 'dead' }, 0)
    const plans = [...sql].flatMap((text) => {
      const values = Array.from(
        { length: (text.match(/\?(?!1)/g)?.length ?? 0) + (text.includes('?1') ? 1 : 0) },
        () => 1,
      )
      const steps = prepare(`EXPLAIN QUERY PLAN ${text}`).all(...values) as { detail: string }[]
      return steps.map(({ detail }) => ({ text, detail }))
    })
    expect(plans.length).toBeGreaterThan(10)
    expect(
      plans.filter(({ detail }) =>
        /SCAN (events|earlier|bodies)(?! USING)|USING INTEGER PRIMARY KEY \(rowid[<>]/.test(detail),
      ),
    ).toEqual([])
  })
})
