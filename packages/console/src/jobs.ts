import { randomUUID } from 'node:crypto'
import { SallyportError } from 'sallyport'
import type { ChangeOptions } from 'sallyport/inbox'
import type { Job } from './api.ts'
import { ConsoleError } from './console-error.ts'

/** A change of many events, and how it is done. */
export interface NewJob extends Pick<Job, 'action' | 'query' | 'who' | 'expected'> {
  readonly run: (options: ChangeOptions) => Promise<number>
  /** Called once, when it has ended. */
  readonly onEnd: (job: Job) => void
}

/** Changes of many events that run in this process, and those that ended. */
export interface Jobs {
  /** @throws ConsoleError `CONSOLE_BUSY` while too many run */
  start(job: NewJob): Job
  /** Latest first. */
  read(): readonly Job[]
  find(id: string): Job | undefined
  /** Ends a job after the step under way. */
  stop(id: string): void
}

const mostRunning = 4
const mostKept = 50

type Kept = { -readonly [Name in keyof Job]: Job[Name] }

/** Makes the list. Jobs live in memory: a process that ends ends them, and what they changed stays so. */
export function createJobs(now: () => number): Jobs {
  const jobs = new Map<string, { readonly job: Kept; readonly stopping: AbortController }>()

  function forget(): void {
    for (const [id, { job }] of jobs) {
      if (jobs.size < mostKept) return
      if (job.state !== 'running') jobs.delete(id)
    }
  }

  async function work(job: Kept, stopping: AbortController, { run, onEnd }: NewJob): Promise<void> {
    const onProgress = (count: number): void => {
      job.changed = count
    }
    try {
      job.changed = await run({ signal: stopping.signal, onProgress })
      job.state = stopping.signal.aborted ? 'stopped' : 'done'
    } catch (error) {
      job.state = 'failed'
      // No message of a database, which may hold its address.
      job.error = SallyportError.is(error) ? `${error.title} (${error.code})` : 'The store failed'
    }
    job.endedAt = now()
    onEnd({ ...job })
  }

  return {
    start(given) {
      const running = [...jobs.values()].filter(({ job }) => job.state === 'running')
      if (running.length >= mostRunning) throw new ConsoleError('CONSOLE_BUSY', `${running.length} changes run`)
      forget()
      const { action, query, who, expected } = given
      const id = randomUUID()
      const job: Kept = { id, action, query, who, startedAt: now(), state: 'running', expected, changed: 0 }
      const stopping = new AbortController()
      jobs.set(id, { job, stopping })
      void work(job, stopping, given)
      return { ...job }
    },
    read: () => [...jobs.values()].map(({ job }) => ({ ...job })).toReversed(),
    find: (id) => jobs.get(id)?.job,
    stop: (id) => jobs.get(id)?.stopping.abort(),
  }
}
