import { describe, expect, it } from 'vitest'
import { createDatabase } from './database.ts'
import type { PgPool } from './postgres.ts'

/** A pool whose client records what it is sent, and answers BEGIN when told to. */
function createPool() {
  const sent: string[] = []
  const began = Promise.withResolvers<void>()
  const client = {
    async query(statement: string | { text: string }) {
      const text = typeof statement === 'string' ? statement : statement.text
      sent.push(text)
      if (text === 'BEGIN') await began.promise
      return { rows: [] }
    },
    release() {},
    on() {},
  }
  return { sent, began, pool: { connect: async () => client } as unknown as PgPool }
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('a transaction', () => {
  for (const isWhole of [false, true]) {
    it(`${isWhole ? 'sends a whole statement with' : 'waits with others for'} BEGIN`, async () => {
      const { sent, began, pool } = createPool()
      const database = createDatabase(pool, { timeoutMs: 1_000, isOwnPool: true, begin: 'BEGIN' })
      const done = database.inTransaction((db) => db.executeSql('SELECT $1', [1], { isWhole }))
      await nextTurn()
      expect(sent).toEqual(isWhole ? ['BEGIN', 'SELECT $1'] : ['BEGIN'])
      began.resolve()
      await done
      expect(sent).toEqual(['BEGIN', 'SELECT $1', 'COMMIT'])
    })
  }

  it('does not commit where BEGIN failed', async () => {
    const { sent, began, pool } = createPool()
    const database = createDatabase(pool, { timeoutMs: 1_000, isOwnPool: true, begin: 'BEGIN' })
    const done = database.inTransaction((db) => db.executeSql('SELECT $1', [1], { isWhole: true }))
    began.reject(Object.assign(new Error('no'), { code: '53300' }))
    await expect(done).rejects.toThrow('no')
    expect(sent).toEqual(['BEGIN', 'SELECT $1', 'ROLLBACK'])
  })
})
