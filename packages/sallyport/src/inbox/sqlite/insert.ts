import type { NewRow } from './rows.ts'
import type { Space } from './space.ts'
import type { Statements } from './statements.ts'
import type { Tally } from './tally.ts'

/** Makes what stores one event; inside the caller's transaction. @throws InboxError `INBOX_FULL` from the call */
export function createInsert({ prepare, run }: Statements, space: Space, tally: Tally) {
  return (row: NewRow, now: number): 'stored' | 'duplicate' => {
    const { key, provider, type, id, orderKey, tenant, envelope, body } = row
    if (prepare('SELECT 1 FROM events WHERE key = ?').get(key) !== undefined) return 'duplicate'
    space.checkRoom(envelope.length + body.byteLength)
    const { lastInsertRowid } = prepare(
      'INSERT INTO events (key, provider, type, id, order_key, tenant, stored_at, due_at, envelope) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    ).run(key, provider, type, id, orderKey, tenant, now, now, envelope)
    run('INSERT INTO bodies (seq, body) VALUES (?, ?)', lastInsertRowid, body)
    tally.addStored(Number(lastInsertRowid), now)
    return 'stored'
  }
}
