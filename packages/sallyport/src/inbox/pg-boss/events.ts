import type { InboxEvent } from '../../receive/inbox.ts'
import { InboxError } from '../inbox-error.ts'
import type { Executor } from './database.ts'
import { toEventId } from './event-id.ts'
import type { Sql } from './sql.ts'
import { toText } from './text.ts'

/** Events by their ids, in the order of their acceptance. */
export type Events = Map<string, InboxEvent>

/** What writing events needs. */
export interface EventsContext {
  readonly queue: { readonly name: string }
  readonly sql: Sql
  /** Whether a commit must have reached the disk. */
  readonly mustBeDurable: boolean
}

/** Writes events that are not there; resolves to which. @throws InboxError `INBOX_SETTINGS_WEAK` */
export async function writeEvents(db: Executor, context: EventsContext, events: Events): Promise<Set<string>> {
  if (events.size === 0) return new Set()
  const { rows } = await db.executeSql(context.sql.insertEvents, [context.queue.name, ...toValues(events)])
  const [row = {}] = rows
  if (context.mustBeDurable) checkCommit(row['synchronous_commit'])
  return new Set(typeof row['ids'] === 'string' ? row['ids'].split(' ') : [])
}

/** Everything but `off` waits for this server's disk before it answers a commit. */
export function checkCommit(synchronousCommit: unknown): void {
  if (synchronousCommit === 'off') throw new InboxError('INBOX_SETTINGS_WEAK', 'synchronous_commit is off')
}

/**
 * Makes sure that the events written are those of the jobs stored. They are not where somebody deleted jobs or events by
 * hand, so that the one half of an event was there and the other was not. Jobs decide: of those just stored the events are
 * written anew, of others what was just written is taken back.
 */
export async function correctEvents(
  db: Executor,
  context: EventsContext,
  { events, stored, written }: { events: Events; stored: ReadonlySet<string>; written: ReadonlySet<string> },
): Promise<void> {
  const wrong = new Map([...events].filter(([id]) => stored.has(id) !== written.has(id)))
  if (wrong.size === 0) return
  const { sql, queue } = context
  for (const text of [sql.leaveLine, sql.deleteEvents]) await db.executeSql(text, [queue.name, [...wrong.keys()]])
  await writeEvents(db, context, new Map([...wrong].filter(([id]) => stored.has(id))))
}

/** Two values for any number of events: PostgreSQL has one statement to know, whose bodies are cut out of one. */
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
      ...(event.orderKey === undefined ? undefined : { order_id: toEventId(event.orderKey) }),
      envelope: JSON.stringify(envelope),
      start,
      size: body.byteLength,
    })
    bodies.push(Buffer.from(body.buffer, body.byteOffset, body.byteLength))
    start += body.byteLength
  }
  return [JSON.stringify(rows), bodies.length === 1 ? bodies[0]! : Buffer.concat(bodies)]
}
