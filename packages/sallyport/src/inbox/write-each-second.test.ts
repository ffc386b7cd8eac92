import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { writeEachSecond } from './write-each-second.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

interface Count {
  readonly name: string
  count: number
}

function createCounts(write: (counts: readonly Count[]) => Promise<unknown>) {
  const notes = writeEachSecond<Count>(write, (newer, older) => (newer.count += older.count))
  return {
    stop: notes.stop,
    add(name: string): void {
      const note = notes.find(name, () => ({ name, count: 0 }))
      if (note) note.count++
    },
  }
}

describe('writeEachSecond', () => {
  it('writes at most 500 notes at once', async () => {
    const sizes: number[] = []
    const { add } = createCounts(async (counts) => sizes.push(counts.length))
    for (let n = 0; n < 1_200; n++) add(`name-${n}`)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(sizes).toEqual([500, 500, 200])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('writes what failed again, with what came meanwhile', async () => {
    const written = new Map<string, number>()
    let isDown = true
    const { add } = createCounts(async (counts) => {
      if (isDown && counts.length === 500) throw new Error('too much at once')
      for (const { name, count } of counts) written.set(name, (written.get(name) ?? 0) + count)
    })
    for (let n = 0; n < 600; n++) add(`name-${n}`)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(written.size).toBe(100)
    isDown = false
    for (let n = 0; n < 600; n++) add(`name-${n}`)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(written.size).toBe(600)
    expect(new Set(written.values())).toEqual(new Set([2]))
  })

  it('starts no write while one is under way', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const written: string[] = []
    const { add, stop } = createCounts(async ([count]) => {
      written.push(count!.name)
      await promise
    })
    add('one')
    await vi.advanceTimersByTimeAsync(1_000)
    add('two')
    await vi.advanceTimersByTimeAsync(5_000)
    expect(written).toEqual(['one'])
    const stopped = stop()
    resolve()
    await stopped
    expect(written).toEqual(['one', 'two'])
  })
})
