import { DatabaseSync } from 'node:sqlite'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import type { EventFilter, OrderMode } from '../engine.ts'
import { toRetryPolicy } from '../retry-policy.ts'
import { createClaims } from './claim.ts'
import { createCount } from './count.ts'
import { createGroups } from './groups.ts'
import { createKinds } from './kinds.ts'
import { migrate } from './migrate.ts'
import { createMinutes } from './minutes.ts'
import { createOperations } from './operate.ts'
import { createSelection, listStart } from './select.ts'
import { createStatements, type Statements } from './statements.ts'
import { createStats } from './stats.ts'

const providers = 7
const pending = 20_000

type Full = ReturnType<typeof openFull>

/** A store with many pending events of several providers, and every statement that ran on it. */
function openFull(atEnd: (close: () => void) => void = onTestFinished): {
  statements: Statements
  texts: Set<string>
  planOf: (text: string) => string[]
} {
  const database = new DatabaseSync(':memory:')
  atEnd(() => database.close())
  migrate(database)
  database.exec(`
    WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${pending - 1})
    INSERT INTO events (key, provider, type, id, order_key, tenant, failure, stored_at, due_at, envelope)
    SELECT 'k' || i, 'p' || (i % ${providers}), 't', 'k' || i, CASE i % 3 WHEN 0 THEN 'line ' || (i % 500) END,
      CASE i % 4 WHEN 0 THEN 'acme' END, CASE i % 5 WHEN 0 THEN 'Error: failed' END, i, i, '{}' FROM n;
    INSERT INTO bodies SELECT seq, x'00' FROM events;`)
  const plain = createStatements(database)
  const texts = new Set<string>()
  const statements: Statements = {
    prepare: (text) => plain.prepare(text.startsWith('INSERT') ? text : (texts.add(text), text)),
    all: (text, ...values) => plain.all((texts.add(text), text), ...values),
    run: (text, ...values) => plain.run(text.startsWith('INSERT') ? text : (texts.add(text), text), ...values),
    number: (text, ...values) => plain.number((texts.add(text), text), ...values),
  }
  const planOf = (text: string): string[] =>
    (database.prepare(`EXPLAIN QUERY PLAN ${text}`).all() as { detail: string }[]).map(({ detail }) => detail)
  return { statements, texts, planOf }
}

describe('the statements of a claim', () => {
  it.each<OrderMode>(['none', 'serial', 'strict'])('read no more than they need: order %s', (order) => {
    const { statements, texts, planOf } = openFull()
    const claims = createClaims(statements)
    const { events } = claims.claim({ limit: 10, order }, pending)
    expect(events).toHaveLength(10)
    claims.settle({ key: events[0]!.key, attempt: 1, outcome: 'handled' }, pending)
    claims.settle({ key: events[1]!.key, attempt: 1, outcome: 'retried', waitMs: 5 }, pending)
    claims.settle({ key: events[2]!.key, attempt: 1, outcome: 'dead' }, pending)
    claims.unclaim({ key: events[3]!.key, attempt: 1 })
    claims.correctClock(pending)
    expect(texts.size).toBeGreaterThan(6)
    for (const text of texts) {
      const plan = planOf(text)
      expect(plan.length, text).toBeGreaterThan(0)
      // The whole table, or every event of a state, would be read while all that stores waits.
      expect(
        plan.filter((step) => /^SCAN events|INDEX events_kind \(state=\?\)$/.test(step)),
        text,
      ).toEqual([])
    }
  })

  it('look at each provider once, however many events are pending', () => {
    const { statements, texts, planOf } = openFull()
    createClaims(statements).claim({ limit: 1, order: 'none' }, pending)
    const walk = [...texts].find((text) => text.includes('RECURSIVE'))!
    const searches = planOf(walk).filter((step) => step.includes('events'))
    expect(searches).toHaveLength(2)
    for (const step of searches) expect(step).toMatch(/^SEARCH events USING COVERING INDEX events_due/)
  })

  it('recover without reading what is pending', () => {
    const { statements, texts, planOf } = openFull()
    const claims = createClaims(statements)
    claims.claim({ limit: 5, order: 'none' }, pending)
    const now = pending
    claims.recover(toRetryPolicy({ attempts: 4 }), { atWork: [], order: 'none', now, isOwn: false })
    for (const text of texts)
      expect(
        planOf(text).filter((step) => step.startsWith('SCAN events')),
        text,
      ).toEqual([])
  })
})

const filters: readonly EventFilter[] = [
  {},
  { state: 'pending' },
  { provider: 'p1' },
  { type: 't' },
  { provider: 'p1', type: 't', since: 10, until: 9_000 },
  { state: 'pending', provider: 'p1', search: 'x' },
  { tenant: 'acme', state: 'pending' },
  { orderKey: 'line 3' },
  { failure: true },
  { failure: 'Error: failed', provider: 'p1' },
  { failure: true, type: 't' },
  { keys: ['k1', 'k2'] },
]

// Neither the whole table, nor all of a state, nor sorted.
const costly = /^SCAN events|INDEX events_\w+ \((state|provider|tenant|failure)=\?\)$|TEMP B-TREE/

let shared: Full | undefined

/** One store for all that only reads. */
function openToRead(): Full {
  shared ??= openFull(afterAll)
  shared.texts.clear()
  return shared
}

function expectCheap({ texts, planOf }: Full, isSortAllowed = false): void {
  for (const text of texts) {
    const plan = planOf(text)
    expect(plan.length, text).toBeGreaterThan(0)
    const steps = plan.filter((step) => !(isSortAllowed && step.includes('TEMP B-TREE')))
    for (const step of steps) expect(step, text).not.toMatch(costly)
  }
}

describe('the statements of a listing', () => {
  it.each((['oldest', 'newest'] as const).flatMap((sort) => filters.map((filter) => [sort, filter] as const)))(
    'go along an index: %s first of %j',
    (sort, filter) => {
      const store = openToRead()
      const range = { filter, after: listStart[sort], most: 51, sort }
      const slice = createSelection(store.statements).list(range)
      expect(slice.events.length).toBeGreaterThan(filter.search === undefined ? 0 : -1)
      // Only what keys find is sorted.
      expectCheap(store, filter.keys !== undefined)
    },
  )
})

describe('the statements of a selection to change', () => {
  it.each((['replay', 'discard'] as const).flatMap((change) => filters.map((filter) => [change, filter] as const)))(
    'go along an index: %s of %j',
    (change, filter) => {
      const store = openToRead()
      createSelection(store.statements).select({ filter, change, after: 0, until: pending })
      expectCheap(store, filter.keys !== undefined)
    },
  )
})

describe('the statements of counts and names', () => {
  it.each(filters)('count along an index: %j', (filter) => {
    const store = openToRead()
    createCount(store.statements)({ filter, after: 0, most: 10_000 })
    expectCheap(store)
  })

  it.each([
    [
      'groups of failures',
      (statements: Statements) => createGroups(statements)({ filter: { since: 5 }, after: ['', '', ''] }),
    ],
    ['names', (statements: Statements) => createKinds(statements).names()],
    ['stats', (statements: Statements) => createStats(statements)(0)],
    ['minutes', (statements: Statements) => createMinutes(statements).minutes({ after: [0, '', ''], until: 9 })],
    [
      'adding and deleting minutes',
      (statements: Statements) => {
        const { addMinutes, pruneMinutes } = createMinutes(statements)
        addMinutes([{ minute: 1, provider: 'p', outcome: 'stored', count: 1 }])
        pruneMinutes(0)
      },
    ],
    ['the oldest', (statements: Statements) => createOperations(statements).prune(1, 1, { rows: 9, bytes: 9 })],
  ])('go along an index: %s', (_name, work) => {
    const store = openToRead()
    work(store.statements)
    expectCheap(store)
  })
})
