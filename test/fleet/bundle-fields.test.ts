import { describe, expect, it } from 'vitest'
import { compareExtractors, compareLibraries, readChanges } from '../support/archives/fields/compare.ts'
import { listFieldChanges } from '../support/archives/fields/index.ts'
import { createRandom } from '../support/random.ts'

// The long run takes many more, of another seed: npm run test:long
const random = createRandom(1, 0)
const changes = listFieldChanges()
const some = (count: number) => Array.from({ length: count }, () => random.pick(changes))

describe('an archive with another value in one field', () => {
  it('is rejected, or read alike by libraries', async () => {
    const { codes, accepted } = await readChanges(some(1200))
    expect(await compareLibraries(accepted)).toEqual([])
    // Both ways out must be taken, or this tests nothing.
    expect(accepted.length).toBeGreaterThan(400)
    expect(codes.size).toBeGreaterThan(12)
  })

  it('is rejected, or extracted alike by programs', async () => {
    const ofEachField = [...Map.groupBy(changes, ({ field }) => field).values()].map((group) => random.pick(group))
    const { accepted } = await readChanges([...ofEachField, ...some(40)])
    expect(await compareExtractors(accepted)).toEqual([])
    expect(accepted.length).toBeGreaterThan(40)
  })
})
