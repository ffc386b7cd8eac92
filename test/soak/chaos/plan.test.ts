import { describe, expect, it } from 'vitest'
import { createPlan, type PlanOptions } from './plan.ts'

const options: PlanOptions = {
  seed: 7,
  durationMs: 600_000,
  processes: ['receiver 1', 'worker 1', 'worker 2'],
  storeFaults: ['killed', 'frozen'],
  leaseMs: 3_000,
}

describe('createPlan', () => {
  it('gives the same faults for the same seed', () => {
    expect(createPlan(options)).toEqual(createPlan(options))
    expect(createPlan(options)).not.toEqual(createPlan({ ...options, seed: 8 }))
  })

  it('hits every process and the store in every way', () => {
    const kinds = new Set(createPlan(options).map(({ kind, whom }) => `${kind} ${whom}`))
    const ofProcesses = options.processes.flatMap((name) => ['kill', 'pause', 'stop'].map((kind) => `${kind} ${name}`))
    expect(kinds).toEqual(new Set([...ofProcesses, 'killed store', 'frozen store']))
  })

  it('pauses some processes for longer than a lease', () => {
    const pauses = createPlan(options).filter(({ kind }) => kind === 'pause')
    expect(pauses.some(({ forMs }) => forMs > options.leaseMs * 2)).toBe(true)
    expect(pauses.some(({ forMs }) => forMs < options.leaseMs)).toBe(true)
  })

  it('ends in time and gives the store one fault at a time', () => {
    const plan = createPlan(options)
    expect(Math.max(...plan.map(({ atMs }) => atMs))).toBeLessThan(options.durationMs - 5_000)
    const ofStore = plan.filter(({ whom }) => whom === 'store')
    ofStore.slice(1).forEach(({ atMs }, index) => {
      const before = ofStore[index]!
      expect(atMs).toBeGreaterThan(before.atMs + before.forMs)
    })
  })

  it('leaves out the store where nothing can happen to it', () => {
    expect(createPlan({ ...options, storeFaults: [] }).filter(({ whom }) => whom === 'store')).toEqual([])
  })
})
