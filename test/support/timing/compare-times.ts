/** Prepares calls of one kind, outside the measured time; asked for again before every batch. */
export type Subject = () => () => unknown

/** By how much a subject differs from the first. */
export interface Difference {
  /** Standard deviations of Wilcoxon's signed-rank test over the rounds. */
  readonly z: number
  /** Median, for one call. */
  readonly nanoseconds: number
}

/** Calls measured together: few, so that a batch is seldom interrupted. */
export const callsPerBatch = 16

/**
 * Measures subjects in rounds. Each round runs a batch of every subject, in random order: what slows the machine down meets all
 * alike, and a round in which another process took the core counts no more than any other.
 *
 * @returns differences from the first subject, by name
 */
export function compareTimes(subjects: Readonly<Record<string, Subject>>, rounds: number): Record<string, Difference> {
  const [first, ...others] = Object.keys(subjects)
  const times = new Map(Object.keys(subjects).map((name) => [name, [] as number[]]))
  // The first rounds only warm up.
  for (let round = -Math.ceil(rounds / 5); round < rounds; round++) {
    for (const name of shuffle([first!, ...others])) {
      const time = measure(subjects[name]!())
      if (round >= 0) times.get(name)!.push(time)
    }
  }
  const base = times.get(first!)!
  return Object.fromEntries(
    others.map((name) => {
      const differences = times.get(name)!.map((time, round) => time - base[round]!)
      return [name, { z: signedRank(differences), nanoseconds: median(differences) / callsPerBatch }]
    }),
  )
}

function measure(call: () => unknown): number {
  const before = process.hrtime.bigint()
  for (let index = 0; index < callsPerBatch; index++) call()
  return Number(process.hrtime.bigint() - before)
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2
}

/** How far the ranks of differences lean to one side, in standard deviations; an outlier counts by its rank only. */
function signedRank(differences: readonly number[]): number {
  const sorted = differences.filter((value) => value !== 0).toSorted((one, other) => Math.abs(one) - Math.abs(other))
  const { length } = sorted
  let sum = 0
  for (let from = 0; from < length;) {
    let to = from
    while (to < length && Math.abs(sorted[to]!) === Math.abs(sorted[from]!)) to++
    // Equal differences share their mean rank.
    const rank = (from + 1 + to) / 2
    for (; from < to; from++) sum += Math.sign(sorted[from]!) * rank
  }
  return length === 0 ? 0 : sum / Math.sqrt((length * (length + 1) * (2 * length + 1)) / 6)
}

function shuffle<Item>(items: readonly Item[]): Item[] {
  return items
    .map((item) => ({ item, at: Math.random() }))
    .toSorted((one, other) => one.at - other.at)
    .map(({ item }) => item)
}
