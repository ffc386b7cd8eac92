import { createInbox, createSqliteEngine } from 'sallyport/inbox'

export const inbox = createInbox({
  engine: createSqliteEngine({ path: process.env.EVENTS_FILE ?? 'events.db', retentionMs: 3 * 86_400_000 }),
  concurrency: 20,
  retry: { attempts: 5, delayMs: 2_000 },
  order: 'serial',
  orderBy: (event) => event.tenant,
})
