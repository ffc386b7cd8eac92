import { describe, expect, it } from 'vitest'
import { createCache } from './cache.ts'

/** A cache over reads that take as long as told, and its clock. */
function createReads() {
  let time = 0
  let reads = 0
  const cached = createCache(
    async ({ takesMs, fails = false }: { readonly takesMs: number; readonly fails?: boolean }) => {
      reads++
      await Promise.resolve()
      time += takesMs
      if (fails) throw new Error('the store is gone')
      return reads
    },
    () => 1_000,
    () => time,
  )
  return { cached, pass: (ms: number) => (time += ms) }
}

describe('createCache', () => {
  it('shares a read that is under way, and remembers its value', async () => {
    const { cached, pass } = createReads()
    const key = { takesMs: 5 }
    expect(await Promise.all([cached(key), cached(key)])).toEqual([1, 1])
    pass(999)
    expect(await cached(key)).toBe(1)
    pass(1)
    expect(await cached(key)).toBe(2)
  })

  it('spends at most a twentieth of the time on a slow read', async () => {
    const { cached, pass } = createReads()
    const key = { takesMs: 3_000 }
    expect(await cached(key)).toBe(1)
    pass(59_999)
    expect(await cached(key)).toBe(1)
    pass(1)
    expect(await cached(key)).toBe(2)
  })

  it('remembers a failure as long as it took', async () => {
    const { cached, pass } = createReads()
    const key = { takesMs: 400, fails: true }
    const first = cached(key)
    await expect(first).rejects.toThrow('gone')
    pass(399)
    expect(cached(key)).toBe(first)
    pass(1)
    expect(cached(key)).not.toBe(first)
  })
})
