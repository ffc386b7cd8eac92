import { clipVisible, printError } from 'sallyport/provider'
import type { AuditEntry } from './api.ts'

/** What was done and what was refused, in memory. */
export interface Audit {
  add(entry: Omit<AuditEntry, 'at'>): void
  /** Latest first. */
  read(): readonly AuditEntry[]
}

const mostOfKind = { change: 500, look: 100, refused: 100 } as const
const longestText = 300

/** Entries of the same millisecond have an order, too, and a clock may be set back. */
interface Kept {
  readonly entry: AuditEntry
  readonly number: number
}

/**
 * Keeps the latest entries: 500 changes, and apart from them 100 looks at bodies and 100 refusals, so that nobody displaces what
 * was done by looking or trying.
 *
 * @param onAudit gets each entry, to be stored for longer
 */
export function createAudit(now: () => number, onAudit?: (entry: AuditEntry) => unknown): Audit {
  const kept: Record<keyof typeof mostOfKind, Kept[]> = { change: [], look: [], refused: [] }
  let added = 0

  return {
    add(given) {
      const entry: AuditEntry = { at: now(), ...given, what: clipVisible(given.what, longestText) }
      const kind = entry.outcome === 'refused' ? 'refused' : entry.action === 'body' ? 'look' : 'change'
      kept[kind].push({ entry, number: added++ })
      if (kept[kind].length > mostOfKind[kind]) kept[kind].shift()
      void tell(entry)
    },
    read: () =>
      Object.values(kept)
        .flat()
        .toSorted((one, other) => other.number - one.number)
        .map(({ entry }) => entry),
  }

  async function tell(entry: AuditEntry): Promise<void> {
    try {
      await onAudit?.(entry)
    } catch (error) {
      printError('sallyport: onAudit of the console failed:', error)
    }
  }
}
