import type { InboxEvent } from '../../receive/inbox.ts'
import { InboxError } from '../inbox-error.ts'
import type { Executor } from './database.ts'
import type { Jobs, NewJob } from './jobs.ts'
import { toEventId, toText } from './rows.ts'
import type { Sql } from './sql.ts'

/** What inserting needs. */
export interface InsertContext {
  readonly jobs: Jobs
  readonly sql: Sql
  /** Whether a commit must have reached the disk. */
  readonly mustBeDurable: boolean
}

/** Events by their ids, in the order they arrived. */
type Events = Map<string, InboxEvent>

/** Whether an event was stored, or was there already. */
type Answer = 'stored' | 'duplicate'

/**
 * Stores a batch inside a transaction: first the jobs, whose primary key drops duplicates, then the events of the new ones. A
 * job and its event become visible together.
 *
 * @throws InboxError `INBOX_SETTINGS_WEAK` when `synchronous_commit` of the transaction is off, unless `mustBeDurable` is false
 */
export async function insertEvents(
  db: Executor,
  context: InsertContext,
  batch: readonly InboxEvent[],
): Promise<readonly Answer[]> {
  const ids = batch.map(({ key }) => toEventId(key))
  const events: Events = new Map()
  ids.forEach((id, index) => events.has(id) || events.set(id, batch[index]!))
  const stored = db.isPipelined ? await storeTogether(db, context, events) : await storeInTurn(db, context, events)
  // Where the batch holds an event twice, the first was stored.
  return ids.map((id) => (stored.delete(id) ? 'stored' : 'duplicate'))
}

async function storeInTurn(db: Executor, context: InsertContext, events: Events): Promise<Set<string>> {
  const stored = await context.jobs.insert(db, toJobs(events))
  const news = new Map([...events].filter(([id]) => stored.has(id)))
  const written = await writeEvents(db, context, news)
  await correctEvents(db, context, { events, stored, written })
  return stored
}

/** Sends both statements at once; the second finds the same duplicates. */
async function storeTogether(db: Executor, context: InsertContext, events: Events): Promise<Set<string>> {
  let writing: Promise<Set<string>> | undefined
  const stored = await context.jobs.insert(
    {
      executeSql(text, values) {
        const answer = db.executeSql(text, values)
        writing = writeEvents(db, context, events)
        // Where the first fails, this one fails too, and its answer is not needed.
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

/** Writes events that are not there; resolves to their ids. @throws InboxError `INBOX_SETTINGS_WEAK` */
async function writeEvents(db: Executor, context: InsertContext, events: Events): Promise<Set<string>> {
  if (events.size === 0) return new Set()
  const { rows } = await db.executeSql(context.sql.insertEvents, [context.jobs.name, ...toValues(events)])
  const [row = {}] = rows
  if (context.mustBeDurable) checkCommit(row['synchronous_commit'])
  return new Set(typeof row['ids'] === 'string' ? row['ids'].split(' ') : [])
}

/** Every value but `off` waits for the disk of this server before a commit is answered. */
export function checkCommit(synchronousCommit: unknown): void {
  if (synchronousCommit === 'off') throw new InboxError('INBOX_SETTINGS_WEAK', 'synchronous_commit is off')
}

/**
 * Makes sure that the events written are those of the jobs stored. They differ where jobs or events were deleted by hand, so
 * that only half of an event was there. Jobs decide: the events of new jobs are written again, other new events are removed.
 */
async function correctEvents(
  db: Executor,
  context: InsertContext,
  { events, stored, written }: { events: Events; stored: ReadonlySet<string>; written: ReadonlySet<string> },
): Promise<void> {
  const wrong = new Map([...events].filter(([id]) => stored.has(id) !== written.has(id)))
  if (wrong.size === 0) return
  const { sql, jobs } = context
  for (const text of [sql.leaveLine, sql.deleteEvents]) await db.executeSql(text, [jobs.name, [...wrong.keys()]])
  await writeEvents(db, context, new Map([...wrong].filter(([id]) => stored.has(id))))
}

/** Two values for any number of events, so that PostgreSQL needs one statement; it cuts each body out of one value. */
function toValues(events: Events): [rows: string, bodies: Buffer] {
  let start = 1
  let place = 0
  const rows = []
  const bodies = []
  for (const [id, event] of events) {
    const { body, ...envelope } = event
    rows.push({
      place: place++,
      id,
      provider: toText(event.provider),
      type: toText(event.type),
      event_id: toText(event.id),
      order_id: event.orderKey === undefined ? undefined : toEventId(event.orderKey),
      envelope: JSON.stringify(envelope),
      start,
      size: body.byteLength,
    })
    bodies.push(Buffer.from(body.buffer, body.byteOffset, body.byteLength))
    start += body.byteLength
  }
  return [JSON.stringify(rows), bodies.length === 1 ? bodies[0]! : Buffer.concat(bodies)]
}
