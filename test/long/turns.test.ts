import { describe, expect, it, vi } from 'vitest'
import { createSlicer } from '../../packages/fleet/src/zip/slicer.ts'
import { attempt } from '../support/archives/attempt.ts'
import { heavyArchives } from '../support/archives/heavy.ts'
import { fleetCases } from '../bench/fleet-bodies.ts'
import { prepareDelivery } from '../support/turns/delivery.ts'
import { expressionsOf, findSlowText } from '../support/turns/expressions.ts'
import { judge, mostGrowth, mostMs } from '../support/turns/judge.ts'
import { threadMs } from '../support/turns/longest-turn.ts'
import { payloads } from '../support/turns/payloads.ts'
import { search } from '../support/turns/search.ts'
import { subjects, type SubjectName } from '../support/turns/subjects.ts'
import { scale, worstInputs } from '../support/turns/worst-inputs.ts'

vi.mock('../../packages/fleet/src/zip/slicer.ts', async (original) => {
  const { countLooks } = await import('../support/turns/looks.ts')
  const slicer = await original<typeof import('../../packages/fleet/src/zip/slicer.ts')>()
  return { createSlicer: countLooks(slicer.createSlicer) }
})

const seed = Number(process.env['TURNS_SEED'] ?? 2026)
const searchMs = Number(process.env['TURNS_SEARCH_MS'] ?? 20_000)

const rows = Object.entries(worstInputs).flatMap(([input, { plan, subjects: names }]) =>
  names.map((name) => ({ name, input, plan })),
)

describe.each(rows)('$name, $input', ({ name, plan }) => {
  it('takes no turn over 25 ms, and linear time', async () => {
    const run = subjects[name]
    const { turnMs, growth } = await judge(
      () => run(plan),
      () => run(scale(plan, 1 / 2)),
    )
    expect(turnMs).toBeLessThan(mostMs)
    expect(growth).toBeLessThan(mostGrowth)
  })
})

describe.each(Object.keys(subjects) as SubjectName[])('%s, searched', (name) => {
  it('takes no turn over 25 ms with any input found', async () => {
    const found = (await search(name, seed, searchMs))!
    const { turnMs } = await judge(() => subjects[name](found.plan))
    console.info(`${name}: ${turnMs.toFixed(1)} ms after ${found.tries} tries`)
    expect(turnMs, JSON.stringify(found.plan)).toBeLessThan(mostMs)
  })
})

describe.each(Object.entries(payloads))('%s', (_name, prepare) => {
  it('takes no turn over 25 ms', async () => {
    expect((await judge(prepare)).turnMs).toBeLessThan(mostMs)
  })
})

describe.each(heavyArchives)('readBundle, $name', ({ build }) => {
  it('takes no turn over 25 ms', async () => {
    const bytes = build()
    expect((await judge(() => () => attempt(bytes))).turnMs).toBeLessThan(mostMs)
  })
})

describe.each(fleetCases.slice(-2))('a Fleet delivery of $name', (fleetCase) => {
  it('takes no turn over 25 ms from its body to the folder', { timeout: 240_000 }, async () => {
    expect((await judge(await prepareDelivery(fleetCase))).turnMs).toBeLessThan(mostMs)
  })
})

describe('regular expressions', () => {
  it('take linear time, as far as a search finds', { timeout: 600_000 }, () => {
    const slow = expressionsOf('packages/fleet/src/**/*.ts').flatMap((expression) => {
      const found = findSlowText(expression, 16 * 1024)
      return found === undefined ? [] : [`${expression.place} ${found.text}`]
    })
    expect(slow).toEqual([])
  })
})

describe('the judgement', () => {
  it('finds quadratic time', async () => {
    const { growth } = await judge(compareAll(16_000), compareAll(8_000))
    expect(growth).toBeGreaterThan(mostGrowth)
  })

  it('finds a turn that is long in every run', async () => {
    expect((await judge(() => inSteps((step) => (step === 20 ? long : 1)))).turnMs).toBeGreaterThan(mostMs)
  })

  it('takes a turn that is long elsewhere in every run for the machine', async () => {
    let runs = 0
    const { turnMs } = await judge(() => {
      const longStep = 15 * ++runs
      return inSteps((step) => (step === longStep ? long : 1))
    })
    expect(turnMs).toBeLessThan(mostMs)
    expect(runs).toBeGreaterThan(1)
  })
})

// Over the limit on the slowest machine that is allowed for.
const long = 5 * mostMs

/** Work in 40 steps of so many milliseconds. */
const inSteps = (msOf: (step: number) => number) => async (): Promise<void> => {
  const slicer = createSlicer()
  for (let step = 1; step <= 40; step++) {
    const end = threadMs() + msOf(step)
    while (threadMs() < end);
    if (slicer.isLate()) await slicer.pause()
  }
}

/** Work that compares each of `count` numbers with each. */
const compareAll = (count: number) => () => () => {
  const numbers = Array.from({ length: count }, (_, index) => index)
  return numbers.filter((number) => numbers.filter((other) => other === number).length > 1)
}
