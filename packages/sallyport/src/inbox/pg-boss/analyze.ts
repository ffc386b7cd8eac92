import type { RunInTransaction } from './database.ts'

/** Makes PostgreSQL count what is in the tables while they are new. */
export interface Analysis {
  /** Notes how many more events were stored. */
  note(stored: number): void
  /** Resolves when none is under way. */
  stop(): Promise<void>
}

// Later, autovacuum has been there.
const analyzeAt = [500, 5_000, 50_000]

/**
 * Makes the analysis. PostgreSQL plans the statements of an inbox while its tables are empty, and keeps these plans until
 * somebody analyzes the tables; autovacuum does, up to a minute later. Until then a claim reads every event of the queue.
 *
 * @param tables with their schema
 */
export function createAnalysis(inTransaction: RunInTransaction, tables: readonly string[]): Analysis {
  let total = 0
  let done = 0
  let analyzing: Promise<void> | undefined

  async function analyze(): Promise<void> {
    // A role that does not own the tables gets a warning, and a busy table is left to autovacuum.
    await inTransaction((db) => db.executeSql(`ANALYZE ${tables.join(', ')}`)).catch(() => {})
    analyzing = undefined
  }

  return {
    note(stored) {
      total += stored
      const due = analyzeAt.filter((count) => count <= total).length
      if (due === done) return
      done = due
      analyzing ??= analyze()
    },
    async stop() {
      await analyzing
    },
  }
}
