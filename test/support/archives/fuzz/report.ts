/** Progress of the thread, shared with the process that watches it: number of the mutant and its start time. */
export const progress = { index: 0, startedAt: 1, length: 2 } as const

export interface Failure {
  readonly index: number
  readonly problem: string
  readonly archive: string
}

/** Results for a range of mutants. */
export interface WorkerReport {
  readonly codes: Readonly<Record<string, number>>
  readonly failures: readonly Failure[]
  /** How often another reader rejected an accepted archive, by its message. */
  readonly refusals: Readonly<Record<string, number>>
  readonly slowest: { readonly index: number; readonly milliseconds: number }
  readonly largestTotal: number
}

export interface FuzzReport extends WorkerReport {
  readonly mutants: number
  readonly hangs: readonly number[]
  /** Number of readings in other languages that accepted mutants were compared with. */
  readonly compared: number
  /** Peak memory of the process, in MiB. */
  readonly peakMemory: number
}

export function mergeCounts(
  one: Readonly<Record<string, number>>,
  other: Readonly<Record<string, number>>,
): Record<string, number> {
  const merged = { ...one }
  for (const [name, count] of Object.entries(other)) merged[name] = (merged[name] ?? 0) + count
  return merged
}

/** Messages other readers may give for an accepted archive; investigate any other. */
export function isKnownRefusal(refusal: string): boolean {
  return (
    // It treats ZIP64 records as a prefix unless a classic field is saturated, and then reads entries from the wrong place.
    /^jszip: Error: Corrupted zip or bug: (expected|unexpected)/.test(refusal) ||
    // Reading from front to back, it cannot know where stored data ends or how wide the sizes of a descriptor are.
    /^Java, streaming: .*(only DEFLATED entries can have EXT descriptor|invalid entry size)/.test(refusal)
  )
}
