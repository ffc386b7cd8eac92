import { createInbox } from 'sallyport/inbox'
import { createPgBossEngine } from 'sallyport/inbox/pg-boss'

const connectionString = process.env.DATABASE_URL
if (!connectionString) throw new Error('DATABASE_URL is missing; set it to postgres://user:password@host:5432/database')

/** Events are stored in PostgreSQL before the sender gets its 202. Then the handlers run, with retries. */
export const inbox = createInbox({ engine: createPgBossEngine({ connectionString }) })
