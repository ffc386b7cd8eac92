import type { EventRow } from '../../src/api.ts'

export interface Tail {
  readonly rows: readonly EventRow[]
  /** New events that are not among the rows yet. */
  readonly fresh: number
}

/**
 * Brings the latest first page into what is shown. For somebody who reads, no row moves or goes: rows learn their new state, and
 * new events are only counted.
 */
export function mergeTail(shown: readonly EventRow[], latest: readonly EventRow[], isReading: boolean): Tail {
  if (!isReading || shown.length === 0) return { rows: latest, fresh: 0 }
  const known = new Set(shown.map(({ key }) => key))
  const current = new Map(latest.map((row) => [row.key, row]))
  const newest = shown[0]!.storedAt
  return {
    rows: shown.map((row) => current.get(row.key) ?? row),
    fresh: latest.filter((row) => !known.has(row.key) && row.storedAt >= newest).length,
  }
}
