import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createSqliteEngine, type Engine } from 'sallyport/inbox'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { newEvent, storeDuring } from '../../packages/contracts/src/engine/test-store.ts'
import { toDedupeKey } from '../../packages/sallyport/src/verify/identify.ts'

const home = mkdtempSync(join(tmpdir(), 'sallyport-looking-'))
afterAll(() => rmSync(home, { recursive: true }))

let engines: Engine[] = []
afterEach(async () => {
  await Promise.all(engines.map((engine) => engine.stop({ drainMs: 0 })))
  engines = []
})

async function open(path: string): Promise<Engine> {
  const engine = createSqliteEngine({ path })
  engines.push(engine)
  await engine.start()
  return engine
}

describe('the counts of a SQLite inbox', () => {
  it('become right again after somebody changed events without counting', async () => {
    const path = join(mkdtempSync(join(home, 'place-')), 'events.db')
    const first = await open(path)
    await first.insert(['a', 'b', 'c', 'd'].map((id) => newEvent(id)))
    await first.stop({ drainMs: 0 })
    const other = new DatabaseSync(path)
    other.exec('DELETE FROM events WHERE seq = 1; UPDATE events SET state = 3, failure = NULL WHERE seq = 2')
    other.close()
    const second = await open(path)
    expect((await second.stats()).counts).toMatchObject({ pending: 4, dead: 0 })
    await second.insert([newEvent('e')])
    await vi.waitUntil(async () => (await second.stats()).counts.pending === 3, { interval: 10, timeout: 20_000 })
    expect(await second.stats()).toMatchObject({ counts: { pending: 3, active: 0, done: 0, dead: 1 }, retrying: 0 })
    // Once is enough.
    expect((await second.count({ state: 'dead' })).count).toBe(1)
  })
})

/** A store with this many dead events, each with a body of so many bytes, and a second connection to it. */
async function openWithDead(
  count: number,
  bodyBytes = 10,
): Promise<{ engine: Engine; path: string; other: DatabaseSync }> {
  const path = join(mkdtempSync(join(home, 'place-')), 'events.db')
  const engine = await open(path)
  await engine.insert([newEvent('first')])
  const other = new DatabaseSync(path, { timeout: 10_000 })
  other.exec(`
    BEGIN IMMEDIATE;
    WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ${count})
    INSERT INTO events (key, state, provider, type, id, stored_at, due_at, finished_at, error, envelope)
      SELECT 'dead-' || n, 3, 'test', 'thing.happened', 'id-' || n, 0, 0, unixepoch() * 1000, 'Error: failed', '{"headers":[]}' FROM n;
    INSERT INTO bodies SELECT seq, zeroblob(${bodyBytes}) FROM events WHERE state = 3;
    UPDATE kept SET dead = ${count};
    COMMIT`)
  return { engine, path, other }
}

const count = 20_000

describe('a SQLite inbox with many events', () => {
  it.each(['discard', 'replay'] as const)('stores events between the steps of %s', async (name) => {
    const { engine } = await openWithDead(count)
    const changing = engine[name]({ state: 'dead' })
    const { stored, before } = await storeDuring(engine, changing)
    expect(await changing).toBe(count)
    // One step changes a few hundred.
    expect(before).toBeGreaterThan(10)
    const pending = 1 + stored + (name === 'replay' ? count : 0)
    expect((await engine.stats()).counts).toMatchObject({ pending, dead: 0 })
  })

  it('takes small steps where bodies are large', async () => {
    const { engine } = await openWithDead(300, 400_000)
    const discarding = engine.discard({ state: 'dead' })
    expect((await storeDuring(engine, discarding)).before).toBeGreaterThan(5)
    expect(await discarding).toBe(300)
  })

  it('discards nothing that arrives meanwhile', async () => {
    const { engine } = await openWithDead(count)
    await engine.replay({ state: 'dead' })
    const discarding = engine.discard({})
    const { stored } = await storeDuring(engine, discarding)
    expect(await discarding).toBe(count + 1)
    expect((await engine.stats()).counts.pending).toBe(stored)
  })

  it('goes on where a discard was broken off', async () => {
    const { engine, path, other } = await openWithDead(count)
    const left = (): number => Number(other.prepare('SELECT count(*) AS n FROM events WHERE state = 3').get()!['n'])
    const discarding = engine.discard({ state: 'dead' }).catch((error: unknown) => error)
    await expect.poll(left, { interval: 1 }).toBeLessThan(count)
    await engine.stop({ drainMs: 0 })
    expect(await discarding).toMatchObject({ code: 'INBOX_STOPPED' })
    const remaining = left()
    expect(remaining).toBeGreaterThan(0)
    const orphans = 'SELECT count(*) AS n FROM events FULL JOIN bodies USING (seq) WHERE key IS NULL OR body IS NULL'
    expect(other.prepare(orphans).get()).toEqual({ n: 0 })
    const again = await open(path)
    expect(await again.discard({ state: 'dead' })).toBe(remaining)
  })

  it('finds keys, filters and the last page through many events', async () => {
    const { engine } = await openWithDead(count)
    expect((await engine.list({ search: 'id-19999' })).events.map(({ key }) => key)).toEqual(['dead-19999'])
    expect(await engine.list({ search: 'id-19999' })).not.toHaveProperty('next')
    const first = await engine.list({ state: 'dead', limit: 12_000 })
    const second = await engine.list({ state: 'dead', limit: 12_000, after: first.next })
    expect([first.events.length, second.events.length, second.next]).toEqual([12_000, 8_000, undefined])
    const newest = await engine.list({ sort: 'newest', limit: 12_000 })
    const rest = await engine.list({ sort: 'newest', limit: 12_000, after: newest.next })
    expect([newest.events[0]!.key, newest.events.at(-1)!.key]).toEqual(['dead-20000', 'dead-8001'])
    expect([rest.events[0]!.key, rest.events.at(-1)!.key, rest.next]).toEqual(['dead-8000', 'key-first', undefined])
    expect(await engine.list({ sort: 'newest', search: 'id-first' })).toMatchObject({ events: [{ key: 'key-first' }] })
    const keys = Array.from({ length: 1_200 }, (_, n) => `dead-${n + 1}`)
    expect(await engine.discard({ keys: [...keys, ...keys, 'missing'], search: 'id-1' })).toBe(
      keys.filter((key) => key.startsWith('dead-1')).length,
    )
  })

  it('shows an event with exactly the id at once, and not again', async () => {
    const { engine } = await openWithDead(count)
    const named = (name: string, tenant?: string) => ({
      ...newEvent(name),
      id: name,
      tenant,
      key: toDedupeKey('test', tenant, name),
    })
    const far = named('evt_far')
    await engine.insert([
      far,
      named('evt_far', 'acme'),
      ...Array.from({ length: 300 }, (_, n) => newEvent(`late-${n}`)),
    ])
    const search = { search: 'evt_far', sort: 'newest', mostLooks: 100 } as const
    let page = await engine.list(search)
    expect(page).toMatchObject({ events: [{ key: far.key }], looked: 100 })
    const later: string[] = []
    while (page.next !== undefined) {
      page = await engine.list({ ...search, mostLooks: 5_000, after: page.next })
      later.push(...page.events.map(({ key }) => key))
    }
    expect(later).toEqual([toDedupeKey('test', 'acme', 'evt_far')])
    expect((await engine.list({ ...search, tenant: 'acme' })).events).toHaveLength(1)
    expect((await engine.list({ ...search, state: 'dead' })).events).toEqual([])
  })

  it('reads while storing waits for another process', async () => {
    const { engine, other } = await openWithDead(100)
    other.exec('BEGIN IMMEDIATE')
    let isStored = false
    const storing = engine.insert([newEvent('late')]).then(() => (isStored = true))
    // The thread that stores is waiting by now, or will be first.
    expect((await engine.list({ search: 'id-99' })).events).toHaveLength(1)
    expect(await engine.get('dead-1')).toMatchObject({ state: 'dead' })
    expect((await engine.stats()).counts.dead).toBe(100)
    expect(isStored).toBe(false)
    other.exec('ROLLBACK')
    await storing
    expect(await engine.get('key-late')).toBeDefined()
  })
})
