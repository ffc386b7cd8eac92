import { expect, it } from 'vitest'
import type { EngineSubject } from './subject.ts'
import { consume, newEvent, useStores } from './test-store.ts'

/** Storing joins a transaction of the user, or rejects it. */
export function checkTransactions(subject: EngineSubject): void {
  const useStore = useStores(subject)
  const { transactions } = subject.createEngine('only-asked').promises

  if (!transactions) {
    it('rejects a transaction, which it does not promise', async () => {
      const { engine } = await useStore()
      await expect(engine.insert([newEvent(1)], {})).rejects.toMatchObject({ code: 'INBOX_UNSUPPORTED' })
      expect(await engine.get('key-1')).toBeUndefined()
    })
    return
  }

  const inTransaction: NonNullable<EngineSubject['inTransaction']> = (end, work) => {
    if (subject.inTransaction === undefined) throw new Error('the engine promises transactions: pass inTransaction')
    return subject.inTransaction(end, work)
  }

  it('stores nothing of a transaction that is rolled back', async () => {
    const { engine } = await useStore()
    await inTransaction('rollback', async (transaction) => {
      expect(await engine.insert([newEvent(1)], transaction)).toEqual(['stored'])
    })
    expect(await engine.get('key-1')).toBeUndefined()
    expect((await engine.stats()).counts).toEqual({ pending: 0, active: 0, done: 0, dead: 0 })
    expect(await engine.insert([newEvent(1)])).toEqual(['stored'])
  })

  it('handles events of a transaction after its commit', async () => {
    const { engine } = await useStore()
    const outcomes = await consume(engine, async () => {})
    await inTransaction('commit', async (transaction) => {
      expect(await engine.insert([newEvent(1), newEvent(2), newEvent(1)], transaction)).toEqual([
        'stored',
        'stored',
        'duplicate',
      ])
      expect(await engine.get('key-1')).toBeUndefined()
      expect(outcomes.seen).toEqual([])
    })
    await outcomes.until(2, 'handled')
    expect(await engine.insert([newEvent(1)])).toEqual(['duplicate'])
  })
}
