import type { RefusedList } from '../../src/api.ts'

export interface RefusedCode {
  readonly code: string
  readonly count: number
  /** `undefined`: no delivery with this code is in the sample. */
  readonly title?: string | undefined
  readonly fix?: string | undefined
  /** Most refused first. */
  readonly providers: readonly { readonly provider: string; readonly count: number }[]
}

/** Puts the counts of a code together, most frequent first. */
export function toCodes({ counts, refusals }: Pick<RefusedList, 'counts' | 'refusals'>): readonly RefusedCode[] {
  const byCode = Map.groupBy(counts, ({ code }) => code)
  return [...byCode]
    .map(([code, group]): RefusedCode => {
      const known = refusals.find((refusal) => refusal.code === code)
      return {
        code,
        count: group.reduce((sum, { count }) => sum + count, 0),
        ...(known !== undefined && { title: known.title, fix: known.fix }),
        providers: group.toSorted((one, other) => other.count - one.count),
      }
    })
    .toSorted((one, other) => other.count - one.count)
}
