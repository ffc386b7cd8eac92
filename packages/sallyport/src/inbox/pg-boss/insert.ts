import type { InboxEvent } from '../../receive/inbox.ts'
import { InboxError } from '../inbox-error.ts'
import type { Executor } from './database.ts'
import type { Jobs, NewJob } from './jobs.ts'
import type { Row } from './postgres.ts'
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
 * Stores a batch inside a transaction: the jobs, whose primary key drops duplicates, and the events of the new ones. A job and
 * its event become visible together.
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
  const stored = await store(db, context, events)
  // Where the batch holds an event twice, the first was stored.
  return ids.map((id) => (stored.delete(id) ? 'stored' : 'duplicate'))
}

/** Resolves to the ids of new jobs. */
async function store(db: Executor, context: InsertContext, events: Events): Promise<Set<string>> {
  const { jobs, sql, mustBeDurable } = context
  let written: Set<string> | undefined
  const stored = await jobs.insert(
    {
      async executeSql(text, values = []) {
        const together = sql.insert.jobsAndEvents(text)
        if (together === undefined) return db.executeSql(text, values)
        // It is all or nothing by itself.
        const { rows } = await db.executeSql(together, [...values, jobs.name, ...toValues(events)], { isWhole: true })
        written = readWritten(rows, mustBeDurable)
        return { rows: readIds(rows[0]?.['jobs']).map((id) => ({ id })) }
      },
    },
    toJobs(events),
  )
  written ??= await writeEvents(db, context, new Map([...events].filter(([id]) => stored.has(id))))
  await replaceLeftovers(db, context, { events, stored, written })
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
  const { rows } = await db.executeSql(context.sql.insert.events, [context.jobs.name, ...toValues(events)])
  return readWritten(rows, context.mustBeDurable)
}

function readWritten([row = {}]: readonly Row[], mustBeDurable: boolean): Set<string> {
  if (mustBeDurable) checkCommit(row['synchronous_commit'])
  return new Set(readIds(row['ids']))
}

const readIds = (ids: unknown): string[] => (typeof ids === 'string' ? ids.split(' ') : [])

/** Every value but `off` waits for the disk of this server before a commit is answered. */
export function checkCommit(synchronousCommit: unknown): void {
  if (synchronousCommit === 'off') throw new InboxError('INBOX_SETTINGS_WEAK', 'synchronous_commit is off')
}

/**
 * Writes the events of new jobs again where events of theirs were there: the jobs were deleted by hand, and without a job an
 * event is not stored.
 */
async function replaceLeftovers(
  db: Executor,
  context: InsertContext,
  { events, stored, written }: { events: Events; stored: ReadonlySet<string>; written: ReadonlySet<string> },
): Promise<void> {
  const left = new Map([...events].filter(([id]) => stored.has(id) && !written.has(id)))
  if (left.size === 0) return
  const { sql, jobs } = context
  for (const text of [sql.leaveLine, sql.deleteEvents]) await db.executeSql(text, [jobs.name, [...left.keys()]])
  await writeEvents(db, context, left)
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
      tenant: event.tenant === undefined ? undefined : toText(event.tenant),
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
