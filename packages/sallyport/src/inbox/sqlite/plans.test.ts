import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { EventFilter, OrderMode } from '../engine.ts'
import { toRetryPolicy } from '../retry-policy.ts'
import { createClaims } from './claim.ts'
import { migrations } from './schema.ts'
import { createSelection, listStart } from './select.ts'
import { createStatements, type Statements } from './statements.ts'

const providers = 7
const pending = 20_000

/** A store with many pending events of several providers, and every statement that ran on it. */
function openFull(): { statements: Statements; texts: Set<string>; planOf: (text: string) => string[] } {
  const database = new DatabaseSync(':memory:')
  onTestFinished(() => database.close())
  for (const migration of migrations) database.exec(migration)
  database.exec(`
    WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${pending - 1})
    INSERT INTO events (key, provider, type, id, order_key, stored_at, due_at, envelope)
    SELECT 'k' || i, 'p' || i % ${providers}, 't', 'k' || i, CASE i % 3 WHEN 0 THEN 'line ' || i % 500 END, i, i, '{}' FROM n;
    INSERT INTO bodies SELECT seq, x'00' FROM events;`)
  const plain = createStatements(database)
  const texts = new Set<string>()
  const statements: Statements = {
    prepare: plain.prepare,
    all: (text, ...values) => plain.all((texts.add(text), text), ...values),
    run: (text, ...values) => plain.run((texts.add(text), text), ...values),
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
        plan.filter((step) => /^SCAN events|INDEX events_state \(state=\?\)$/.test(step)),
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

describe('the statements of a listing', () => {
  const filters: readonly EventFilter[] = [
    {},
    { state: 'pending' },
    { provider: 'p1', type: 't', since: 0 },
    { state: 'dead', provider: 'p1', search: 'x' },
    { keys: ['k1', 'k2'] },
  ]

  it.each((['oldest', 'newest'] as const).flatMap((sort) => filters.map((filter) => [sort, filter] as const)))(
    'go along an index: %s first of %j',
    (sort, filter) => {
      const { statements, texts, planOf } = openFull()
      createSelection(statements).list({ filter, after: listStart[sort], most: 51, sort })
      expect(texts.size).toBe(filter.keys === undefined ? 2 : 1)
      // Neither the whole table, nor all of a state, nor sorted. Only what keys find is sorted.
      const costly = /^SCAN events|INDEX events_state \(state=\?\)$/
      for (const text of texts) {
        const plan = planOf(text)
        expect(plan.length, text).toBeGreaterThan(0)
        for (const step of plan) {
          expect(step, text).not.toMatch(costly)
          if (filter.keys === undefined) expect(step, text).not.toContain('TEMP B-TREE')
        }
      }
    },
  )
})
