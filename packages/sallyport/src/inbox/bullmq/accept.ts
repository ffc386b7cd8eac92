import { Job, type IRedisTransaction } from 'bullmq'
import type { ChainableCommander } from 'ioredis'
import { createCoalescer, type Coalescer } from '../coalesce.ts'
import type { InboxEvent } from '../../receive/inbox.ts'
import { lacksScript, toInboxError } from './errors.ts'
import { jobOptions, toJobData, toJobId } from './job.ts'
import { unfinishedKey, type Store } from './store.ts'

type Answer = 'stored' | 'duplicate'

// A transaction holds up everybody else for as long as it runs.
const mostItems = 500
const mostSize = 8 * 1024 * 1024
// Redis works on one while it reads the next; beyond that they only wait there instead of here.
const flights = 3

const sizeOf = ({ body }: InboxEvent): number => body.byteLength

/**
 * Accepts events: what comes while earlier ones are on their way goes together, in one transaction, and Redis syncs its log
 * once for all of it.
 *
 * @param passGuards rejects when so many bytes cannot be written safely
 * @param onDuplicate told of ids of jobs that were there already
 */
export function createAcceptor(
  store: Store,
  passGuards: (bytes: number) => Promise<void>,
  onDuplicate: (id: string) => void,
): Coalescer<InboxEvent, Answer> {
  async function write(events: readonly InboxEvent[]): Promise<readonly Answer[]> {
    try {
      await passGuards(events.reduce((sum, event) => sum + sizeOf(event), 0))
      const answers = await transact(store, events)
      answers.forEach((answer, index) => answer === 'duplicate' && onDuplicate(toJobId(events[index]!.key)))
      return answers
    } catch (error) {
      // The client does not notice that Redis lost its scripts; a new connection gives them again.
      if (lacksScript(error)) store.redis.disconnect(true)
      throw toInboxError(error)
    }
  }
  return createCoalescer(write, { mostItems, mostSize, sizeOf, flights })
}

/**
 * One MULTI … EXEC for all events: does the job exist, note it as unfinished, add it. BullMQ's own `add` is what stores and
 * dedupes, in one script, and leaves a job that exists untouched; but it answers the same in both cases, so the transaction
 * asks first, and nothing can come between. The log holds a transaction as one entry, which a crash leaves out whole.
 * A duplicate is written down as well, in BullMQ's stream of events: its answer, too, comes after the log was synced, and
 * with it whatever a Redis that died had written and not synced of the event itself.
 *
 * A job's data is all there is of an event, so no event can be half there. An entry in `unfinished` without a job, or with
 * one that is finished, is harmless.
 */
async function transact({ queue, toKey }: Store, events: readonly InboxEvent[]): Promise<readonly Answer[]> {
  const client = await queue.getBackend().client
  // BullMQ's own view of ioredis, which can run its scripts, lacks the type of what it inherits.
  const transaction = client.multi() as IRedisTransaction & ChainableCommander
  const timestamp = Date.now()
  for (const event of events) {
    const id = toJobId(event.key)
    transaction.exists(toKey(id))
    transaction.zadd(toKey(unfinishedKey), 'NX', timestamp, id)
    const job = new Job(queue, event.type, toJobData(event), { ...jobOptions, timestamp, jobId: id }, id)
    // Queued at once; its answer is the transaction's.
    void job.addJob(transaction)
  }
  const replies = (await transaction.exec()) ?? []
  const failed = replies.find(([error]) => error !== null)
  if (failed) throw failed[0]!
  return events.map((_event, index) => (replies[index * 3]![1] === 1 ? 'duplicate' : 'stored'))
}
