/** How far the worker is, shared with the process that watches it: number of the mutant, and when it began. */
export const progress = { index: 0, startedAt: 1, length: 2 } as const

export interface Failure {
  readonly index: number
  readonly problem: string
  readonly archive: string
}

/** What a worker says of a range of mutants. */
export interface WorkerReport {
  readonly codes: Readonly<Record<string, number>>
  readonly failures: readonly Failure[]
  /** How often another reader refused what was accepted, by what it said. */
  readonly refusals: Readonly<Record<string, number>>
  readonly slowest: { readonly index: number; readonly milliseconds: number }
  readonly largestTotal: number
}

export interface FuzzReport extends WorkerReport {
  readonly mutants: number
  readonly hangs: readonly number[]
  /** How many readings in other languages the accepted ones were compared with. */
  readonly compared: number
  /** Most memory that the process ever had, in MiB. */
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

/** What other readers may say of an archive that is accepted; anything else must be looked at. */
export function isKnownRefusal(refusal: string): boolean {
  return (
    // It takes ZIP64 records for a prefix unless a classic field is saturated, and looks for entries in the wrong place.
    /^jszip: Error: Corrupted zip or bug: (expected|unexpected)/.test(refusal) ||
    // It knows no version above 6.3, whatever it is needed for.
    refusal.startsWith('Python: NotImplementedError: zip file version') ||
    // A reader from front to back cannot know where stored data ends, nor how wide the sizes of a descriptor are.
    /^Java, streaming: .*(only DEFLATED entries can have EXT descriptor|invalid entry size)/.test(refusal)
  )
}
