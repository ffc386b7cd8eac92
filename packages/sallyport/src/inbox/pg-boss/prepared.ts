import { createHash } from 'node:crypto'
import type { PgClient, Row } from './postgres.ts'

// A pooler between us and PostgreSQL that shares connections and does not know prepared statements; or a newer version of
// pg-boss that changed a table under them.
const unprepared = new Set(['26000', '42P05', '0A000'])

/** Whether a transaction failed only for its prepared statements, and can be tried again without. */
export function isAboutPrepared(error: unknown): boolean {
  return unprepared.has(String((error as { code?: unknown }).code))
}

/** A client of `pg` itself, as our own pool has it. */
interface NamingClient {
  query(statement: { name: string; text: string; values: unknown[] }): Promise<{ rows: Row[] }>
}

/** Runs statements that PostgreSQL parses and plans once per connection; ones as long as pg-boss's take longer to plan than to run. */
export function createStatements() {
  const names = new Map<string, string>()
  let mayPrepare = true

  // The same text has the same name everywhere, so that a shared connection cannot hold another one by that name.
  function nameOf(text: string): string {
    const known = names.get(text) ?? `sallyport_${createHash('sha256').update(text).digest('hex').slice(0, 40)}`
    names.set(text, known)
    return known
  }

  return {
    async run(client: PgClient, text: string, values?: unknown[]): Promise<{ rows: Row[] }> {
      if (!mayPrepare || values === undefined) return client.query(text, values)
      try {
        return await (client as unknown as NamingClient).query({ name: nameOf(text), text, values })
      } catch (error) {
        if (isAboutPrepared(error)) mayPrepare = false
        throw error
      }
    },
  }
}
