import type { BundleChange, ChangeSeverity } from './bundle-change.ts'

type Described = BundleChange extends infer Change
  ? Change extends BundleChange
    ? Omit<Change, 'severity' | 'path'>
    : never
  : never

/** Changes as they are found: all are counted, and the first 5,000 of each severity are kept. */
export interface Changes {
  /** @param make makes the change, if it is kept: hiding secrets takes time */
  add(severity: ChangeSeverity, path: string, make: () => Described): void
  /** Paths of all changes so far. */
  readonly paths: ReadonlySet<string>
  readonly counts: Readonly<Record<ChangeSeverity, number>>
  /** Warnings first; at most 5,000. */
  readonly list: readonly BundleChange[]
}

const mostChanges = 5_000

/** Starts an empty list of changes. */
export function collectChanges(): Changes {
  const kept: Record<ChangeSeverity, BundleChange[]> = { warning: [], notice: [], info: [] }
  const counts = { warning: 0, notice: 0, info: 0 }
  const paths = new Set<string>()
  return {
    paths,
    counts,
    add(severity, path, make) {
      counts[severity] += 1
      paths.add(path)
      if (kept[severity].length < mostChanges) kept[severity].push({ severity, path, ...make() })
    },
    get list() {
      return [...kept.warning, ...kept.notice, ...kept.info].slice(0, mostChanges)
    },
  }
}
