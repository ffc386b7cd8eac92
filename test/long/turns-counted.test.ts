import { describe, expect, it, vi } from 'vitest'
import type { Slicer } from '../../packages/fleet/src/zip/slicer.ts'
import type { Plan } from '../support/turns/plan.ts'
import { subjects, type SubjectName } from '../support/turns/subjects.ts'
import { scale, worstInputs } from '../support/turns/worst-inputs.ts'

const counter = vi.hoisted(() => ({ looks: 0 }))

// Looks at the clock are counted; no time passes.
vi.mock('../../packages/fleet/src/zip/slicer.ts', () => ({
  createSlicer(): Slicer {
    const look = (): boolean => {
      counter.looks++
      return false
    }
    return { isLate: look, isOver: look, isDue: look, pause: async () => {} }
  },
}))

async function countLooks(name: SubjectName, plan: Plan): Promise<number> {
  const work = await subjects[name](plan)
  counter.looks = 0
  await work()
  return counter.looks
}

const rows = Object.entries(worstInputs).flatMap(([input, { plan, subjects: names }]) =>
  names.filter((name) => name !== 'digest').map((name) => ({ name, input, plan })),
)

// turns.test.ts measures the time between two looks.
describe.each(rows)('$name, $input', ({ name, plan }) => {
  it('looks at the clock in proportion to the input', async () => {
    const [half, whole] = [await countLooks(name, scale(plan, 1 / 4)), await countLooks(name, scale(plan, 1 / 2))]
    expect(half).toBeGreaterThan(0)
    expect(whole).toBeLessThanOrEqual(3 * half)
  })
})
