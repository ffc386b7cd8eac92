import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSlicer } from '../../zip/slicer.ts'
import { compareLines, type EqualRun } from './compare-lines.ts'
import { toHunks } from './to-hunks.ts'

const compare = (before: readonly number[], after: readonly number[], steps = 1e9) =>
  compareLines(Int32Array.from(before), Int32Array.from(after), { steps }, createSlicer())

/** Length of the longest common subsequence, the slow way. */
function longestCommon(before: readonly number[], after: readonly number[]): number {
  let row = Array.from({ length: after.length + 1 }, () => 0)
  for (const one of before) {
    const next = [0]
    for (const [index, other] of after.entries())
      next.push(one === other ? row[index]! + 1 : Math.max(row[index + 1]!, next[index]!))
    row = next
  }
  return row.at(-1)!
}

const lines = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 40 })
const sum = (runs: readonly EqualRun[]): number => runs.reduce((total, { length }) => total + length, 0)

describe('compareLines', () => {
  it('finds the most equal lines, in order', async () => {
    await fc.assert(
      fc.asyncProperty(lines, lines, async (before, after) => {
        const runs = (await compare(before, after))!
        expect(sum(runs)).toBe(longestCommon(before, after))
        let [x, y] = [0, 0]
        for (const run of runs) {
          expect(run.before >= x && run.after >= y && run.length > 0).toBe(true)
          expect(before.slice(run.before, run.before + run.length)).toEqual(
            after.slice(run.after, run.after + run.length),
          )
          x = run.before + run.length
          y = run.after + run.length
        }
      }),
      { numRuns: 1_000 },
    )
  })

  it('gives up beyond two thousand edits', async () => {
    const numbers = (first: number, count: number) => Array.from({ length: count }, (_, index) => first + index)
    expect(await compare(numbers(0, 1_000), numbers(1_000, 1_000))).toEqual([])
    expect(await compare(numbers(0, 1_001), numbers(2_000, 1_001))).toBeUndefined()
  })

  it('gives up when its steps are used up', async () => {
    const [before, after] = [
      Array.from({ length: 5_000 }, (_, index) => index % 3),
      Array.from({ length: 5_000 }, (_, index) => (index % 2) + (index % 700 === 0 ? 9 : 0)),
    ]
    expect(await compare(before, after, 10_000)).toBeUndefined()
  })
})

describe('toHunks', () => {
  it('shows every change once, with its context', async () => {
    await fc.assert(
      fc.asyncProperty(lines, lines, fc.integer({ min: 0, max: 4 }), async (before, after, context) => {
        const [old, current] = [before, after].map((all) => all.map((line) => `${line}\n`)) as [string[], string[]]
        const hunks = toHunks(old, current, (await compare(before, after))!, context)
        const rebuilt: string[] = []
        let next = 0
        for (const hunk of hunks) {
          rebuilt.push(...old.slice(next, hunk.before - 1))
          next = hunk.before - 1
          expect(hunk.after).toBe(rebuilt.length + 1)
          for (const line of hunk.lines) {
            if (!line.startsWith('+')) expect(`${line.slice(1)}\n`).toBe(old[next++])
            if (!line.startsWith('-')) rebuilt.push(`${line.slice(1)}\n`)
          }
          expect(hunk.lines.filter((line) => line.startsWith(' ')).length).toBeLessThanOrEqual(
            2 * context * hunk.lines.length,
          )
        }
        expect([...rebuilt, ...old.slice(next)]).toEqual(current)
      }),
      { numRuns: 1_000 },
    )
  })

  it('notes a missing line feed at the end', () => {
    expect(toHunks(['a\n', 'b\n'], ['a\n', 'b'], [{ before: 0, after: 0, length: 1 }], 1)).toEqual([
      { before: 1, after: 1, lines: [' a', '-b', '+b', String.raw`\ No newline at end of file`] },
    ])
  })
})
