import type { NewEvent } from '../engine.ts'
import { InboxError } from '../inbox-error.ts'
import type { Executor } from './database.ts'
import { toEventId } from './event-id.ts'
import type { Queue } from './queue.ts'
import { toValues } from './rows.ts'
import type { Sql } from './sql.ts'

/** Whether an event was stored, or was there already. */
export type Answer = 'stored' | 'duplicate'

// 65,535 parameters are PostgreSQL's limit.
const mostPerStatement = 5_000

/**
 * Stores a batch inside a transaction: the jobs first, whose primary key drops the duplicates, and the events of those that
 * were new. Whoever sees the one sees the other.
 *
 * @throws InboxError `INBOX_SETTINGS_WEAK` when the transaction's own `synchronous_commit` is off, unless that is agreed
 */
export async function storeEvents(
  db: Executor,
  { queue, sql, mustBeDurable }: { queue: Queue; sql: Sql; mustBeDurable: boolean },
  batch: readonly NewEvent[],
): Promise<readonly Answer[]> {
  const ids = batch.map(({ key }) => toEventId(key))
  const firstOfId = new Map<string, number>()
  ids.forEach((id, index) => firstOfId.has(id) || firstOfId.set(id, index))
  const jobs = Array.from(firstOfId, ([id, index]) => {
    const { provider, type, orderKey } = batch[index]!
    return { id, provider, type, isOrdered: orderKey !== undefined }
  })
  const stored = await queue.insert(db, jobs)
  const isFirst = (index: number): boolean => stored.has(ids[index]!) && firstOfId.get(ids[index]!) === index
  const news = batch.flatMap((event, index) => (isFirst(index) ? [{ id: ids[index]!, event }] : []))
  for (let start = 0; start < news.length; start += mostPerStatement) {
    const part = news.slice(start, start + mostPerStatement)
    const values = [queue.name, ...part.flatMap(({ id, event }) => toValues(id, event))]
    const { rows } = await db.executeSql(sql.insertEvents(part.length), values)
    if (mustBeDurable) checkCommit(rows[0]?.['synchronous_commit'])
  }
  return batch.map((_event, index) => (isFirst(index) ? 'stored' : 'duplicate'))
}

/** Everything but `off` waits for this server's disk before it answers a commit. */
export function checkCommit(synchronousCommit: unknown): void {
  if (synchronousCommit === 'off') throw new InboxError('INBOX_SETTINGS_WEAK', 'synchronous_commit is off')
}
