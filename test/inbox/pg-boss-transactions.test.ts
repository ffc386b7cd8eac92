import { expect, it } from 'vitest'
import { consume, newEvent } from '../../packages/contracts/src/engine/test-store.ts'
import { inTransaction } from '../support/inbox/pg-boss-database.ts'
import { describeSuite } from '../support/inbox/pg-boss-suite.ts'

describeSuite('accepting as a part of a transaction of the user', ({ createEngine, createQueue }) => {
  it('stores what is committed, and nothing rolled back', async () => {
    const engine = createEngine()
    await engine.start()
    const outcomes = await consume(engine, async () => {})
    await inTransaction('rollback', async (client) => {
      expect(await engine.insert([newEvent(1), newEvent(1)], client)).toEqual(['stored', 'duplicate'])
    })
    await inTransaction('commit', async (client) => {
      expect(await engine.insert([newEvent(2)], client)).toEqual(['stored'])
      expect(await engine.get('key-2')).toBeUndefined()
    })
    await outcomes.until(1, 'handled')
    expect(outcomes.seen.map(({ event }) => event.key)).toEqual(['key-2'])
    expect(await engine.get('key-1')).toBeUndefined()
    expect((await engine.stats()).counts).toEqual({ pending: 0, active: 0, done: 1, dead: 0 })
    expect(await engine.insert([newEvent(1), newEvent(2)])).toEqual(['stored', 'duplicate'])
  })

  it('keeps its order keys', async () => {
    const engine = createEngine()
    await engine.start()
    await inTransaction('commit', async (client) => {
      await engine.insert([newEvent('a1', { orderKey: 'a' }), newEvent('a2', { orderKey: 'a' })], client)
    })
    const seen: string[] = []
    const outcomes = await consume(engine, async ({ key }) => void seen.push(key), { order: 'serial' })
    await outcomes.until(2, 'handled')
    expect(seen).toEqual(['key-a1', 'key-a2'])
  })

  it('blocks only inserts of the same event', async () => {
    const engine = createEngine()
    await engine.start()
    await inTransaction('rollback', async (client) => {
      await engine.insert([newEvent('shared')], client)
      const same = engine.insert([newEvent('shared')]).catch((error: { code: string }) => error.code)
      const others = await Promise.all(Array.from({ length: 20 }, (_, n) => engine.insert([newEvent(n)])))
      expect(others.flat()).toEqual(Array.from({ length: 20 }, () => 'stored'))
      // Neither stored nor a duplicate yet: the sender is told to come back.
      expect(await same).toBe('INBOX_UNAVAILABLE')
    })
    expect(await engine.insert([newEvent('shared')])).toEqual(['stored'])
  })

  it('rejects what is no transaction', async () => {
    const engine = createEngine({ queue: createQueue() })
    await engine.start()
    await expect(engine.insert([newEvent(1)], {})).rejects.toMatchObject({ code: 'INBOX_OPTION_INVALID' })
  })

  it('reports a transaction that had failed before', async () => {
    const engine = createEngine()
    await engine.start()
    await inTransaction('rollback', async (client) => {
      await client.query('SELECT 1 / 0').catch(() => {})
      await expect(engine.insert([newEvent(1)], client)).rejects.toMatchObject({ code: 'INBOX_UNAVAILABLE' })
    })
  })
})
