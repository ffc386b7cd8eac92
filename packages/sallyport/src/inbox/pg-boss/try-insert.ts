import { randomUUID } from 'node:crypto'
import type { InboxEvent } from '../../receive/inbox.ts'
import type { Executor } from './database.ts'
import { insertEvents, type InsertContext } from './insert.ts'

/**
 * Stores an event and undoes it: a replica, a transaction that may only read, a missing right or a full disk shows as it would
 * with a delivery. What is left are a few dead rows, which PostgreSQL clears by itself.
 *
 * @param db inside a transaction, which it ends
 * @throws what storing an event throws
 */
export async function tryInsert(db: Executor, context: InsertContext): Promise<void> {
  await insertEvents(db, context, [toTrial()])
  // The COMMIT that follows has nothing to commit.
  await db.executeSql('ROLLBACK')
}

function toTrial(): InboxEvent {
  const key = `sallyport:trial:${randomUUID()}`
  return {
    key,
    provider: 'sallyport',
    type: 'trial',
    id: key,
    keyId: '',
    receivedAt: Date.now(),
    method: 'POST',
    url: '/',
    headers: [],
    signedHeaders: {},
    secretHeaders: [],
    body: new Uint8Array(),
  }
}
