import { createInbox, createSqliteEngine } from 'sallyport/inbox'

/** The inbox that receivers of this process store into. */
export const inbox = createInbox({ engine: createSqliteEngine({ path: process.env.EVENTS_FILE ?? 'events.db' }) })
