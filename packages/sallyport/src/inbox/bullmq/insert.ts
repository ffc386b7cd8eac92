import { Job, type IRedisClient } from 'bullmq'
import type { InboxEvent } from '../../receive/inbox.ts'
import { createCoalescer, type Coalescer } from '../coalesce.ts'
import { toInboxError } from './errors.ts'
import type { OpenQueue } from './open.ts'
import type { Replicate } from './replicas.ts'
import { jobOptions, toJobData, toJobId } from './rows.ts'

type Answer = 'stored' | 'duplicate'

// A script blocks every other client while it runs.
const mostItems = 500
const mostSize = 8 * 1024 * 1024
// Redis runs one while it reads the next; more would only wait there instead of here.
const flights = 3

/** How much later than its time an event may stand among the stored. */
export const mostAheadMs = 1_000

const sizeOf = ({ body }: InboxEvent): number => body.byteLength

/**
 * Stores events: those that arrive while earlier ones are being written go together, in one script, and Redis syncs its
 * log once for all of them.
 *
 * @param passGuards rejects if this many bytes cannot be written safely
 * @param replicate runs each script
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
      const answers = await replicate(() => insert(open, events, nextScore))
      answers.forEach((answer, index) => answer === 'duplicate' && onDuplicate(toJobId(events[index]!.key)))
      return answers
    } catch (error) {
      throw toInboxError(error)
    }
  }
  return createCoalescer(write, { mostItems, mostSize, sizeOf, flights })
}

/**
 * One script for all events: it notes them as stored and as unfinished, asks which jobs exist, and adds them by BullMQ's own
 * script. That stores and drops duplicates in one step and leaves an existing job untouched. It answers the same in both
 * cases, so each job is asked for first, and no other command runs in between. The log holds a script as one entry, which a
 * crash drops as a whole. BullMQ also writes a duplicate to its stream of events, so its answer too comes after a sync of
 * the log: with it everything is on disk that a Redis that died had written and not synced.
 *
 * The job's data is the whole event, so no event can be half there. An entry in `unfinished` without a job, or with a finished
 * one, is harmless; so is one in `stored` without a job.
 *
 * @param nextScore where an event stored at this time stands
 */
async function insert(
  { queue, addJobs }: OpenQueue,
  events: readonly InboxEvent[],
  nextScore: (time: number) => number,
): Promise<readonly Answer[]> {
  const timestamp = Date.now()
  const jobs = events.map((event) => {
    const id = toJobId(event.key)
    const job = new Job(queue, event.type, toJobData(event), { ...jobOptions, timestamp, jobId: id }, id)
    return { id, place: nextScore(timestamp), add: (client: IRedisClient) => job.addJob(client) }
  })
  // Where the batch holds an event twice, the first was stored.
  return (await addJobs(jobs)).map((isNew) => (isNew ? 'stored' : 'duplicate'))
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
