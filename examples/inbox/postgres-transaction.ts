import type { InboxEvent } from 'sallyport'
import { createInbox } from 'sallyport/inbox'
import { createPgBossEngine } from 'sallyport/inbox/pg-boss'
import { Pool } from 'pg'

export const db = new Pool({ connectionString: process.env.DATABASE_URL, keepAlive: true })
const engine = createPgBossEngine({ db, schema: process.env.INBOX_SCHEMA ?? 'sallyport' })
export const inbox = createInbox({ engine, order: 'strict', orderBy: (event) => event.tenant })

/** Books a payment and stores its event, both or neither. A second call for the same event returns "duplicate". */
export async function book(payment: InboxEvent, amount: number) {
  const client = await db.connect()
  try {
    await client.query('BEGIN')
    const [answer] = await engine.insert([payment], client)
    if (answer === 'stored') await client.query('UPDATE account SET balance = balance + $1::int', [amount])
    await client.query('COMMIT')
    return answer
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  } finally {
    client.release()
  }
}
