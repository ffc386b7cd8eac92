import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createLeases } from './leases.ts'
import type { Holder, ReplayStore } from './store.ts'

const times = { retentionMs: 600_000, minimumMs: 60_000 }
const holder = (claimId: string): Holder => ({ id: Buffer.from(claimId), claimId })

function createStore() {
  const renewed: string[][] = []
  const committed: string[] = []
  const broken = new Set<string>()
  let isDown = false
  const store: ReplayStore = {
    name: 'test',
    open: async () => {},
    claim: () => 'claimed',
    release: () => {},
    renew(holders) {
      if (isDown || holders.some(({ claimId }) => broken.has(claimId))) throw new Error('down')
      renewed.push(holders.map(({ claimId }) => claimId))
    },
    commit({ claimId }) {
      if (isDown || broken.has(claimId)) throw new Error('down')
      committed.push(claimId)
    },
  }
  return { store, renewed, committed, broken, setDown: (value: boolean) => (isDown = value) }
}

describe('createLeases', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }))
  afterEach(() => void vi.useRealTimers())
  const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms)

  it('renews the claims of long handlers only', async () => {
    const { store, renewed } = createStore()
    const leases = createLeases(store, 60_000)
    leases.add(holder('long'), times)
    await pass(19_000)
    leases.add(holder('later'), times)
    await pass(1_000)
    expect(renewed.flat()).toEqual(['long'])
    leases.remove(holder('later'))
    await pass(20_000)
    expect(renewed.flat()).toEqual(['long', 'long'])
  })

  it('never lets a claim wait for longer than two thirds of its lease', async () => {
    const { store, renewed } = createStore()
    const leases = createLeases(store, 60_000)
    leases.add(holder('first'), times)
    await pass(1)
    leases.add(holder('second'), times)
    await pass(40_000)
    expect(renewed.flat()).toContain('second')
  })

  it('ends with the retention, and stops its timer', async () => {
    const { store, renewed } = createStore()
    createLeases(store, 60_000).add(holder('endless'), times)
    await pass(700_000)
    expect(renewed.flat().length).toBeLessThanOrEqual(30)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('tries outcomes again until the store takes them', async () => {
    const { store, committed, setDown } = createStore()
    const leases = createLeases(store, 60_000)
    setDown(true)
    leases.keepTrying(holder('a'), times)
    leases.keepTrying(holder('b'), times)
    await pass(60_000)
    expect(committed).toEqual([])
    setDown(false)
    await pass(20_000)
    expect(committed.toSorted()).toEqual(['a', 'b'])
    await pass(40_000)
    expect(committed.toSorted()).toEqual(['a', 'b'])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('lets no outcome that always fails keep the others waiting', async () => {
    const { store, committed, broken } = createStore()
    const leases = createLeases(store, 60_000)
    broken.add('a')
    for (const claimId of ['a', 'b', 'c']) leases.keepTrying(holder(claimId), times)
    await pass(60_000)
    expect(committed).toEqual(['b', 'c'])
    broken.clear()
    await pass(20_000)
    expect(committed).toEqual(['b', 'c', 'a'])
  })

  it('tries outcomes, and the other claims, where claims cannot be renewed', async () => {
    const { store, renewed, committed, broken } = createStore()
    const leases = createLeases(store, 60_000)
    for (let index = 0; index < 1_500; index++) leases.add(holder(`${index}`), times)
    broken.add('0')
    leases.keepTrying(holder('outcome'), times)
    await pass(20_000)
    expect(renewed.flat()).toContain('1499')
    expect(committed).toEqual(['outcome'])
  })

  it('counts the lease from when the claim was sent', async () => {
    const { store, renewed } = createStore()
    const leases = createLeases(store, 60_000)
    leases.add(holder('first'), times)
    const sentAt = performance.now()
    await pass(29_000)
    leases.add(holder('slow'), times, sentAt)
    await pass(11_000)
    expect(renewed.flat()).toContain('slow')
  })

  it('gives up an outcome whose event would be forgotten', async () => {
    const { store, committed, setDown } = createStore()
    setDown(true)
    createLeases(store, 60_000).keepTrying(holder('a'), times)
    await pass(610_000)
    setDown(false)
    await pass(60_000)
    expect(committed).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
  })
})
