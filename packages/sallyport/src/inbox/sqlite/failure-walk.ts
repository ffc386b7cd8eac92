import type { Statements } from './statements.ts'

/** Failing events of one type that failed in the same way. */
export type FailureKind = readonly [failure: string, provider: string, type: string]

/**
 * Goes through what events failed with, from one kind to the next. One comparison for each column: SQLite would read every event
 * of a kind to find the next by all columns at once.
 */
export function createFailureWalk({ prepare }: Statements): (last: FailureKind) => FailureKind | undefined {
  const index = 'SELECT failure, provider, type FROM events INDEXED BY events_failure WHERE failure IS NOT NULL AND'
  const nextType = `${index} failure = ? AND provider = ? AND type > ? ORDER BY type LIMIT 1`
  const nextProvider = `${index} failure = ? AND provider > ? ORDER BY provider, type LIMIT 1`
  const nextFailure = `${index} failure > ? ORDER BY failure, provider, type LIMIT 1`

  return ([failure, provider, type]) => {
    const row =
      prepare(nextType).get(failure, provider, type) ??
      prepare(nextProvider).get(failure, provider) ??
      prepare(nextFailure).get(failure)
    return row && [String(row['failure']), String(row['provider']), String(row['type'])]
  }
}
