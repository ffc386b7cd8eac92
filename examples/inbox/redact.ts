import { createInbox, createSqliteEngine } from 'sallyport/inbox'

export const inbox = createInbox({
  engine: createSqliteEngine({ path: process.env.EVENTS_FILE ?? 'events.db' }),
  redact: ['X-Partner-Code', 'ticket'],
})
