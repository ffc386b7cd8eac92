import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { DatabaseSync } from 'node:sqlite'
import type { OpenHandled } from './inbox-handled.ts'

// Rows read at a time.
const batch = 100

/**
 * A queue in a SQLite table, as one writes it by hand: a transaction per event that is stored, and one per event that is done,
 * each with its own sync. It retries nothing, and handles one event after the other.
 */
export const openSqliteByHand: OpenHandled = async ({ folder }, name) => {
  const database = new DatabaseSync(join(folder, `${name}.db`))
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE IF NOT EXISTS events (
      seq INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, done_at INTEGER, envelope TEXT NOT NULL, body BLOB NOT NULL);
    CREATE INDEX IF NOT EXISTS events_pending ON events (seq) WHERE done_at IS NULL`)
  const insert = database.prepare('INSERT INTO events (key, envelope, body) VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
  const read = database.prepare(
    `SELECT seq, key, envelope, body FROM events WHERE done_at IS NULL ORDER BY seq LIMIT ${batch}`,
  )
  const finish = database.prepare('UPDATE events SET done_at = ? WHERE seq = ?')
  const stopping = new AbortController()
  let wake = (): void => {}
  let working: Promise<void> | undefined

  function accept({ body, ...envelope }: Parameters<Awaited<ReturnType<OpenHandled>>['accept']>[0]): void {
    insert.run(envelope.key, JSON.stringify(envelope), body)
    wake()
  }

  return {
    accept,
    async fill(count, makeEvent) {
      database.exec('BEGIN')
      for (let made = 0; made < count; made++) accept(makeEvent())
      database.exec('COMMIT')
    },
    async work(handle, onDone) {
      working = (async () => {
        while (!stopping.signal.aborted) {
          const rows = read.all()
          for (const { seq, key, envelope } of rows) {
            JSON.parse(String(envelope))
            await handle(String(key))
            finish.run(Date.now(), Number(seq))
            onDone(1)
          }
          // Senders get their turn.
          if (rows.length > 0) await nextTurn()
          else await new Promise<void>((resolve) => (wake = resolve))
        }
      })()
    },
    async stop() {
      stopping.abort()
      wake()
      await working
      database.close()
    },
  }
}
