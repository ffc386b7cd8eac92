import { describe, expect, it } from 'vitest'
import { createMutants } from '../support/archives/fuzz/mutants.ts'
import { describeReport, problemsOf, runFuzz } from '../support/archives/fuzz/run.ts'

// The long run takes 100,000 of another seed: npm run test:long
const seed = 1

describe('readBundle', () => {
  it('reads 3,000 mutants as other readers do, or rejects them', async () => {
    const report = await runFuzz(seed, 0, 3000)
    console.info(describeReport(report, seed))
    expect(problemsOf(report, seed)).toEqual([])
    // Both ways out must be taken, or the fuzzing tests nothing.
    expect(report.codes['ACCEPTED']).toBeGreaterThan(150)
    expect(Object.keys(report.codes).length).toBeGreaterThan(35)
  })
})

describe('createMutants', () => {
  it('makes the same mutant each time', async () => {
    const [once, again] = await Promise.all([createMutants(seed), createMutants(seed)])
    for (const index of [0, 7, 100, 2999]) expect(Buffer.compare(once(index), again(index))).toBe(0)
    expect(Buffer.compare(once(1), once(2))).not.toBe(0)
  })
})
