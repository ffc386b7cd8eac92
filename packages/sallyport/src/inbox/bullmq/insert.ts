import { Job, type IRedisTransaction } from 'bullmq'
import type { ChainableCommander } from 'ioredis'
import type { InboxEvent } from '../../receive/inbox.ts'
import { createCoalescer, type Coalescer } from '../coalesce.ts'
import { lacksScript, toInboxError } from './errors.ts'
import { storedKey, unfinishedKey } from './keys.ts'
import type { OpenQueue } from './open.ts'
import type { Replicate } from './replicas.ts'
import { jobOptions, toJobData, toJobId } from './rows.ts'
import { toScript } from './scripts.ts'

type Answer = 'stored' | 'duplicate'

// A transaction blocks every other client while it runs.
const mostItems = 500
const mostSize = 8 * 1024 * 1024
// Redis runs one while it reads the next; more would only wait there instead of here.
const flights = 3

/** How much later than its time an event may stand among the stored. */
export const mostAheadMs = 1_000

const sizeOf = ({ body }: InboxEvent): number => body.byteLength

/**
 * Stores events: those that arrive while earlier ones are being written go together, in one transaction, and Redis syncs its
 * log once for all of them.
 *
 * @param passGuards rejects if this many bytes cannot be written safely
 * @param replicate runs each transaction
 * @param onDuplicate called with the ids of jobs that were there already
 */
export function createInserter(
  open: OpenQueue,
  passGuards: (bytes: number) => Promise<void>,
  replicate: Replicate,
  onDuplicate: (id: string) => void,
): Coalescer<InboxEvent, Answer> {
  const nextScore = createScores()
  async function write(events: readonly InboxEvent[]): Promise<readonly Answer[]> {
    try {
      await passGuards(events.reduce((sum, event) => sum + sizeOf(event), 0))
      const answers = await replicate(() => transact(open, events, nextScore))
      answers.forEach((answer, index) => answer === 'duplicate' && onDuplicate(toJobId(events[index]!.key)))
      return answers
    } catch (error) {
      // The client does not notice that Redis lost its scripts; a new connection loads them again.
      if (lacksScript(error)) open.redis.disconnect(true)
      throw toInboxError(error)
    }
  }
  return createCoalescer(write, { mostItems, mostSize, sizeOf, flights })
}

/**
 * One MULTI … EXEC for all events: which jobs exist, note them as stored and as unfinished, add them. BullMQ's own `add` stores and
 * drops duplicates in one script and leaves an existing job untouched. It answers the same in both cases, so the transaction asks
 * first, and no other command runs in between. The log holds a transaction as one entry, which a crash drops as a whole. BullMQ
 * also writes a duplicate to its stream of events, so its answer too comes after a sync of the log: with it everything is on
 * disk that a Redis that died had written and not synced.
 *
 * The job's data is the whole event, so no event can be half there. An entry in `unfinished` without a job, or with a finished
 * one, is harmless; so is one in `stored` without a job.
 *
 * @param nextScore where an event stored at this time stands
 */
async function transact(
  { queue, toKey }: OpenQueue,
  events: readonly InboxEvent[],
  nextScore: (time: number) => number,
): Promise<readonly Answer[]> {
  const client = await queue.getBackend().client
  // BullMQ's own view of ioredis, which can run its scripts, lacks the type of what it inherits.
  const transaction = client.multi() as IRedisTransaction & ChainableCommander
  const timestamp = Date.now()
  const ids = events.map(({ key }) => toJobId(key))
  const places = ids.flatMap((id) => [nextScore(timestamp), id])
  transaction.eval(...toScript(toKey, 'findExisting', '', toKey(''), ...ids))
  for (const key of [storedKey, unfinishedKey]) transaction.zadd(toKey(key), 'NX', ...places)
  for (const [index, event] of events.entries()) {
    const jobId = ids[index]!
    const job = new Job(queue, event.type, toJobData(event), { ...jobOptions, timestamp, jobId }, jobId)
    // Queued at once; its answer is the transaction's.
    void job.addJob(transaction)
  }
  const replies = (await transaction.exec()) ?? []
  const failed = replies.find(([error]) => error !== null)
  if (failed) throw failed[0]!
  const found = replies[0]![1] as readonly number[]
  const news = new Set(ids.filter((_id, index) => found[index] === 0))
  // Where the batch holds an event twice, the first was stored.
  return ids.map((id) => (news.delete(id) ? 'stored' : 'duplicate'))
}

/**
 * Times, a little later each, so that events of one millisecond keep their order. After a clock is set back, the order follows the
 * clock again: listings look for times by it.
 */
function createScores(): (time: number) => number {
  let last = 0
  return (time) => {
    // A power of two: a number of today's size counts in 4,096ths of a millisecond.
    const next = last + 1 / 1_024
    last = next - time > mostAheadMs ? time : Math.max(time, next)
    return last
  }
}
