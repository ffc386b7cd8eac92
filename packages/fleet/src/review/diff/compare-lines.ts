import type { Slicer } from '../../zip/slicer.ts'

/** Lines that are the same in both texts: where they begin, from 0, and how many. */
export interface EqualRun {
  readonly before: number
  readonly after: number
  readonly length: number
}

// The comparison takes the square of this in time and memory.
const mostEdits = 2_000
const stepsPerLook = 4_096

/**
 * Compares two lists of lines, each line as a number: Myers, "An O(ND) Difference Algorithm" (1986), the greedy form.
 *
 * @param budget steps that it may take; they are used up
 * @returns what is equal, in order; `undefined` if more than 2,000 lines differ, or the steps are used up
 */
export async function compareLines(
  before: Int32Array,
  after: Int32Array,
  budget: { steps: number },
  slicer: Slicer,
): Promise<EqualRun[] | undefined> {
  const start = commonStart(before, after)
  const end = commonEnd(before, after, start)
  const [one, other] = [before.subarray(start, before.length - end), after.subarray(start, after.length - end)]
  budget.steps -= start + end
  const trace = await findPath(one, other, budget, slicer)
  if (trace === undefined) return undefined
  const runs = toRuns(trace, one.length, other.length)
  const shifted = runs.map((run) => ({ ...run, before: run.before + start, after: run.after + start }))
  const all = [
    { before: 0, after: 0, length: start },
    ...shifted,
    { before: before.length - end, after: after.length - end, length: end },
  ]
  return joinRuns(all)
}

function commonStart(one: Int32Array, other: Int32Array): number {
  const most = Math.min(one.length, other.length)
  let length = 0
  while (length < most && one[length] === other[length]) length++
  return length
}

function commonEnd(one: Int32Array, other: Int32Array, start: number): number {
  const most = Math.min(one.length, other.length) - start
  let length = 0
  while (length < most && one[one.length - 1 - length] === other[other.length - 1 - length]) length++
  return length
}

/** For each number of edits, how far each diagonal reaches; the last list reaches the end. */
async function findPath(
  one: Int32Array,
  other: Int32Array,
  budget: { steps: number },
  slicer: Slicer,
): Promise<Int32Array[] | undefined> {
  const most = Math.min(mostEdits, one.length + other.length)
  const middle = most + 1
  const reached = new Int32Array(2 * most + 3)
  const trace: Int32Array[] = []
  let work = 0
  for (let edits = 0; edits <= most; edits++) {
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      const at = middle + diagonal
      const isDown = diagonal === -edits || (diagonal !== edits && reached[at - 1]! < reached[at + 1]!)
      const begin = isDown ? reached[at + 1]! : reached[at - 1]! + 1
      let x = begin
      while (x < one.length && x - diagonal < other.length && one[x] === other[x - diagonal]) x++
      reached[at] = x
      work += 1 + x - begin
      if (x >= one.length && x - diagonal >= other.length) {
        trace.push(reached.slice(middle - edits, middle + edits + 1))
        return trace
      }
      if (work < stepsPerLook) continue
      budget.steps -= work
      work = 0
      if (budget.steps < 0) return undefined
      if (slicer.isLate()) await slicer.pause()
    }
    trace.push(reached.slice(middle - edits, middle + edits + 1))
  }
  return undefined
}

/** Follows the path back from the end. */
function toRuns(trace: readonly Int32Array[], length: number, otherLength: number): EqualRun[] {
  const runs: EqualRun[] = []
  let [x, y] = [length, otherLength]
  for (let edits = trace.length - 1; edits >= 0; edits--) {
    const reached = trace[edits - 1]
    // The run before the first edit.
    if (reached === undefined) {
      runs.push({ before: 0, after: 0, length: x })
      break
    }
    const diagonal = x - y
    const at = (of: number): number => reached[of + edits - 1] ?? -1
    const isDown = diagonal === -edits || (diagonal !== edits && at(diagonal - 1) < at(diagonal + 1))
    const from = isDown ? at(diagonal + 1) : at(diagonal - 1)
    const [startX, startY] = isDown ? [from, from - diagonal] : [from + 1, from + 1 - diagonal]
    runs.push({ before: startX, after: startY, length: x - startX })
    x = from
    y = isDown ? from - diagonal - 1 : from - diagonal + 1
  }
  return runs.toReversed()
}

/** Without empty runs, and with adjacent ones as one. */
function joinRuns(runs: readonly EqualRun[]): EqualRun[] {
  const joined: EqualRun[] = []
  for (const run of runs) {
    if (run.length === 0) continue
    const last = joined.at(-1)
    const isAdjacent = last && last.before + last.length === run.before && last.after + last.length === run.after
    if (isAdjacent) joined[joined.length - 1] = { ...last, length: last.length + run.length }
    else joined.push(run)
  }
  return joined
}
