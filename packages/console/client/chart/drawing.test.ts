import { describe, expect, it } from 'vitest'
import { draw } from './drawing.ts'
import { toTotal, type Step } from './outcomes.ts'

const minute = 60_000
const noon = new Date(2026, 10, 29, 12).getTime()
const frame = { stepMs: minute, width: 646, height: 234 }

const toStep = (index: number, counts: Partial<Step> = {}): Step => ({
  at: noon + index * minute,
  stored: 0,
  handled: 0,
  retried: 0,
  dead: 0,
  duplicate: 0,
  refused: 0,
  ...counts,
})
const toPath = (steps: readonly Step[], name: string): string =>
  draw(steps, frame).paths.find((path) => path.name === name)!.d

describe('draw', () => {
  it('stacks dead below retried below handled, and refused below the line', () => {
    const steps = [toStep(0, { stored: 100, handled: 60, retried: 30, dead: 10, refused: 25, duplicate: 25 })]
    const tops = ['dead', 'retried', 'refused', 'duplicate'].map((name) =>
      Number(/ ([\d.]+)h/.exec(toPath(steps, name))![1]),
    )
    const [dead, retried, refused, duplicate] = tops as [number, number, number, number]
    expect(retried).toBeLessThan(dead)
    expect(dead).toBeLessThan(refused)
    expect(refused).toBeLessThan(duplicate)
    expect(Number(/ ([\d.]+)H/.exec(toPath(steps, 'handled'))![1])).toBeLessThan(retried)
  })

  it('keeps a single event visible beside thousands', () => {
    expect(toPath([toStep(0, { handled: 100_000, dead: 1 }), toStep(1)], 'dead')).toMatch(
      /^M[\d.]+ [\d.]+h[\d.]+v2h-[\d.]+z$/,
    )
  })

  it('marks round counts and round times', () => {
    const { counts, times } = draw(
      Array.from({ length: 60 }, (_, index) => toStep(index, { stored: 290, handled: 290, refused: 40 })),
      frame,
    )
    expect(counts.map(({ text }) => text)).toEqual(['0', '100', '200'])
    expect(times.map(({ text }) => text.replace(/^.*:(\d\d).*$/, '$1'))).toEqual(['10', '20', '30', '40', '50'])
  })

  it('draws no steps, and no place', () => {
    const { times, paths } = draw([], frame)
    expect(times).toEqual([])
    expect(new Set(paths.map(({ d }) => d))).toEqual(new Set(['']))
    expect(draw([toStep(0)], { ...frame, width: 0, height: 0 }).width).toBe(1)
  })
})

describe('toTotal', () => {
  it('adds the steps up', () => {
    expect(toTotal([toStep(0, { dead: 2 }), toStep(1, { dead: 3 })], 'dead')).toBe(5)
  })
})
