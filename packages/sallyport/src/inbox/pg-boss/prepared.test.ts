import { describe, expect, it } from 'vitest'
import type { PgClient } from './postgres.ts'
import { createStatements, isAboutPrepared } from './prepared.ts'

/** A client that records its queries, and fails with a given code. */
function createClient(failure?: string): { client: PgClient; asked: unknown[] } {
  const asked: unknown[] = []
  const client = {
    async query(...values: unknown[]) {
      asked.push(values[0])
      if (failure !== undefined) throw Object.assign(new Error('no'), { code: failure })
      return { rows: [] }
    },
  }
  return { client: client as unknown as PgClient, asked }
}

describe('createStatements', () => {
  it('gives each text one name everywhere', async () => {
    const { client, asked } = createClient()
    for (const statements of [createStatements(), createStatements()]) {
      await statements.run(client, 'SELECT $1', [1])
      await statements.run(client, 'SELECT $1, 2', [1])
    }
    const names = asked.map((query) => (query as { name: string }).name)
    expect(names[0]).toBe(names[2])
    expect(names[1]).toBe(names[3])
    expect(names[0]).not.toBe(names[1])
    // PostgreSQL cuts longer ones.
    expect(Math.max(...names.map(({ length }) => length))).toBeLessThan(64)
  })

  it('stops preparing once a pooler has lost one', async () => {
    const statements = createStatements()
    const error: unknown = await statements
      .run(createClient('26000').client, 'SELECT $1', [1])
      .catch((reason) => reason)
    expect(isAboutPrepared(error)).toBe(true)
    const { client, asked } = createClient()
    await statements.run(client, 'SELECT $1', [1])
    expect(asked).toEqual(['SELECT $1'])
  })

  it('keeps preparing after any other failure', async () => {
    const statements = createStatements()
    const error: unknown = await statements
      .run(createClient('22003').client, 'SELECT $1', [1])
      .catch((reason) => reason)
    expect(isAboutPrepared(error)).toBe(false)
    const { client, asked } = createClient()
    await statements.run(client, 'SELECT $1', [1])
    expect(asked).toMatchObject([{ text: 'SELECT $1' }])
  })
})
