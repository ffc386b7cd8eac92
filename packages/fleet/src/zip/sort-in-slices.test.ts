import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSlicer } from './slicer.ts'
import { sortInSlices } from './sort-in-slices.ts'

describe('sortInSlices', () => {
  it('sorts as toSorted does, equal items in their order', async () => {
    const item = fc.record({ key: fc.integer({ min: 0, max: 40 }), place: fc.integer() })
    await fc.assert(
      fc.asyncProperty(fc.array(item, { maxLength: 1_500, size: 'max' }), async (items) => {
        const byKey = (left: { key: number }, right: { key: number }) => left.key - right.key
        expect(await sortInSlices(items, byKey, createSlicer())).toEqual(items.toSorted(byKey))
      }),
      { numRuns: 50 },
    )
  })
})
