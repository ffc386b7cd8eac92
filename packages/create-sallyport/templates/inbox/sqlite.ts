import { createInbox } from 'sallyport/inbox'

/** Events are stored in this file before the sender gets its 202. Then the handlers run, with retries. */
export const inbox = createInbox(process.env.EVENTS_FILE ?? 'events.db')
