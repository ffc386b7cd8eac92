import type { InboxEvent } from '../../receive/inbox.ts'
import type { Executor } from './database.ts'
import { toEventId } from './event-id.ts'
import { correctEvents, writeEvents, type Events, type EventsContext } from './events.ts'
import type { NewJob, Queue } from './queue.ts'

/** Whether an event was stored, or was there already. */
export type Answer = 'stored' | 'duplicate'

/** What storing needs. */
export interface AcceptContext extends EventsContext {
  readonly queue: Queue
}

/**
 * Stores a batch inside a transaction: the jobs first, whose primary key drops the duplicates, and the events of those that
 * were new. Whoever sees the one sees the other.
 *
 * @throws InboxError `INBOX_SETTINGS_WEAK` when the transaction's own `synchronous_commit` is off, unless that is agreed
 */
export async function storeEvents(
  db: Executor,
  context: AcceptContext,
  batch: readonly InboxEvent[],
): Promise<readonly Answer[]> {
  const ids = batch.map(({ key }) => toEventId(key))
  const events: Events = new Map()
  ids.forEach((id, index) => events.has(id) || events.set(id, batch[index]!))
  const stored = db.isPipelined ? await storeTogether(db, context, events) : await storeInTurn(db, context, events)
  // Of those that the batch holds twice, the first is the one that was stored.
  return ids.map((id) => (stored.delete(id) ? 'stored' : 'duplicate'))
}

async function storeInTurn(db: Executor, context: AcceptContext, events: Events): Promise<Set<string>> {
  const stored = await context.queue.insert(db, toJobs(events))
  const news = new Map([...events].filter(([id]) => stored.has(id)))
  const written = await writeEvents(db, context, news)
  await correctEvents(db, context, { events, stored, written })
  return stored
}

/** Sends both statements at once; the second finds the same duplicates by itself. */
async function storeTogether(db: Executor, context: AcceptContext, events: Events): Promise<Set<string>> {
  let writing: Promise<Set<string>> | undefined
  const stored = await context.queue.insert(
    {
      executeSql(text, values) {
        const answer = db.executeSql(text, values)
        writing = writeEvents(db, context, events)
        // Where the first fails, this one does too, and nobody asks.
        writing.catch(() => {})
        return answer
      },
    },
    toJobs(events),
  )
  const written = (await writing) ?? new Set()
  await correctEvents(db, context, { events, stored, written })
  return stored
}

function toJobs(events: Events): NewJob[] {
  return Array.from(events, ([id, { provider, type, orderKey }]) => ({
    id,
    provider,
    type,
    isOrdered: orderKey !== undefined,
  }))
}
