import { describe, expect, it } from 'vitest'
import { createAnalysis } from './analyze.ts'
import type { RunInTransaction } from './database.ts'

function createRecorder(): { texts: string[]; inTransaction: RunInTransaction } {
  const texts: string[] = []
  return {
    texts,
    inTransaction: (work) =>
      work({
        async executeSql(text) {
          texts.push(text)
          return { rows: [] }
        },
      }),
  }
}

describe('an analysis', () => {
  it('analyzes at 500, 5,000 and 50,000 events', async () => {
    const { texts, inTransaction } = createRecorder()
    const { note, stop } = createAnalysis(inTransaction, ['a.b', 'a.c'])
    const counts: number[] = []
    for (const stored of [499, 1, 4_499, 1, 100, 45_400, 1_000_000]) {
      note(stored)
      await stop()
      counts.push(texts.length)
    }
    expect(counts).toEqual([0, 1, 1, 2, 2, 3, 3])
    expect(new Set(texts)).toEqual(new Set(['ANALYZE a.b, a.c']))
  })

  it('goes on when PostgreSQL does not analyze', async () => {
    const { note, stop } = createAnalysis(() => Promise.reject(new Error('busy')), ['a.b'])
    note(1_000)
    await expect(stop()).resolves.toBeUndefined()
  })
})
