import { AsyncLocalStorage } from 'node:async_hooks'
import { describe, expect, it } from 'vitest'
import { createCoalescer } from './coalesce.ts'

/** A store whose writes end when they are told to. */
function createStore() {
  const writes: { items: readonly string[]; end(): void; fail(error: Error): void }[] = []
  return {
    writes,
    write: (items: readonly string[]) =>
      new Promise<readonly string[]>((resolve, reject) => {
        writes.push({ items, end: () => resolve(items.map((item) => `${item}!`)), fail: reject })
      }),
  }
}

// What comes after a write begins in the turn after the next.
async function turn(): Promise<void> {
  for (let n = 0; n < 2; n++) await new Promise((resolve) => setImmediate(resolve))
}

describe('a coalescer', () => {
  it('writes the calls of one turn together', async () => {
    const { writes, write } = createStore()
    const { add } = createCoalescer(write)
    const answers = Promise.all([add(['a']), add(['b', 'c']), add([]), add(['d'])])
    await turn()
    expect(writes.map(({ items }) => items)).toEqual([['a', 'b', 'c', 'd']])
    writes[0]!.end()
    expect(await answers).toEqual([['a!'], ['b!', 'c!'], [], ['d!']])
  })

  it('gathers calls while a write is running', async () => {
    const { writes, write } = createStore()
    const { add } = createCoalescer(write)
    const first = add(['a'])
    await turn()
    const rest = ['b', 'c'].map((item) => add([item]))
    await turn()
    expect(writes).toHaveLength(1)
    writes[0]!.end()
    await first
    await turn()
    expect(writes[1]!.items).toEqual(['b', 'c'])
    writes[1]!.end()
    expect(await Promise.all(rest)).toEqual([['b!'], ['c!']])
  })

  it('divides waiting calls among writes with isDivided', async () => {
    const { writes, write } = createStore()
    const { add } = createCoalescer(write, { flights: 2, isDivided: true })
    const addMany = (count: number): Promise<unknown> => Promise.all(Array.from({ length: count }, () => add(['x'])))
    const first = addMany(31)
    await turn()
    expect(writes.map(({ items }) => items.length)).toEqual([16, 15])
    // One is free: what waits need not wait for the other.
    const second = addMany(9)
    writes[0]!.end()
    await turn()
    expect(writes.map(({ items }) => items.length)).toEqual([16, 15, 9])
    for (const { end } of writes) end()
    await Promise.all([first, second])
    // Few stay together.
    const third = addMany(9)
    await turn()
    expect(writes.map(({ items }) => items.length)).toEqual([16, 15, 9, 9])
    writes[3]!.end()
    await third
  })

  it('keeps its limits, and never splits a call', async () => {
    const { writes, write } = createStore()
    const { add, drain } = createCoalescer(write, {
      mostItems: 3,
      mostSize: 10,
      sizeOf: ({ length }: string) => length,
    })
    for (const call of [['a', 'b'], ['c', 'd'], ['e'], ['123456'], ['12345'], ['far too long for one']]) void add(call)
    for (let n = 0; n < 5; n++) {
      await turn()
      writes[n]?.end()
    }
    await drain()
    expect(writes.map(({ items }) => items)).toEqual([
      ['a', 'b'],
      ['c', 'd', 'e'],
      ['123456'],
      ['12345'],
      ['far too long for one'],
    ])
  })

  it('runs as many writes as flights allows', async () => {
    const { writes, write } = createStore()
    const { add } = createCoalescer(write, { flights: 2 })
    for (const item of ['a', 'b', 'c']) {
      void add([item])
      await turn()
    }
    expect(writes.map(({ items }) => items)).toEqual([['a'], ['b']])
    writes[1]!.end()
    await turn()
    expect(writes[2]!.items).toEqual(['c'])
  })

  it('writes in the context of the first call', async () => {
    const { writes, write } = createStore()
    const request = new AsyncLocalStorage<string>()
    const seen: unknown[] = []
    const { add } = createCoalescer((items: readonly string[]) => {
      seen.push(request.getStore())
      return write(items)
    })
    const calls = ['a', 'b', 'c'].map((item) => request.run(item, () => add([item])))
    await turn()
    calls.push(request.run('d', () => add(['d'])))
    writes[0]!.end()
    await turn()
    writes[1]!.end()
    await Promise.all(calls)
    expect(seen).toEqual(['a', 'd'])
  })

  it('fails calls together, or alone with isWorthSplitting', async () => {
    const { writes, write } = createStore()
    const isWorthSplitting = (error: unknown): boolean => (error as Error).message === 'one of them'
    const { add } = createCoalescer(write, { isWorthSplitting })
    const together = Promise.allSettled([add(['a']), add(['b'])])
    await turn()
    writes[0]!.fail(new Error('all of them'))
    expect((await together).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    await turn()

    const apart = Promise.allSettled([add(['a']), add(['b'])])
    await turn()
    writes[1]!.fail(new Error('one of them'))
    await turn()
    expect(writes.slice(2).map(({ items }) => items)).toEqual([['a'], ['b']])
    // Those that fail slowly do not hold up what comes.
    const next = add(['c'])
    await turn()
    writes[4]!.end()
    expect(await next).toEqual(['c!'])
    writes[2]!.end()
    writes[3]!.fail(new Error('one of them'))
    expect((await apart).map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  })

  it('drains waiting calls and running writes', async () => {
    const { writes, write } = createStore()
    const { add, drain } = createCoalescer(write)
    const answers = Promise.all([add(['a']), turn().then(() => add(['b']))])
    await turn()
    let isDrained = false
    const drained = (async () => {
      await drain()
      isDrained = true
    })()
    writes[0]!.end()
    await turn()
    expect(isDrained).toBe(false)
    writes[1]!.end()
    await drained
    expect(await answers).toEqual([['a!'], ['b!']])
  })
})
