import { signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { EventQuery, Job, JobList } from '../../src/api.ts'
import { post, toProblem } from '../call.ts'
import { toFilterLine } from '../events/filters.ts'
import { toCount, toPlural } from '../format.ts'
import { may } from '../session.ts'
import { useAnswer } from '../use-answer.ts'
import { Notice } from './notice.tsx'
import { Panel } from './panel.tsx'
import { Tag, type Tone } from './tag.tsx'
import { Text } from './text.tsx'
import { toExact } from './time.tsx'
import { toast } from './toast.tsx'

/** Raised when a job was started, so that the list is read at once. */
const started = signal(0)
/** Raised when a job has ended: what it changed can be read again. */
export const ended = signal(0)
/** Jobs that were started here or seen running. The clocks of server and reader may differ: no time says which are new. */
const followed = new Set<string>()
/** Jobs that ended and were put aside on this page. */
const hidden = signal<ReadonlySet<string>>(new Set())

/** What a bulk change is about: a filter, or single events. */
export type JobTarget = { readonly query: EventQuery } | { readonly keys: readonly string[] }

/** Starts a bulk change. @param expected the count that was shown @throws CallError */
export async function startJob(action: Job['action'], target: JobTarget, expected: number): Promise<Job> {
  const job = await post<Job>('jobs', { action, ...target, expected })
  followed.add(job.id)
  started.value++
  return job
}

/** Bulk changes that run, and those that were seen to end on this page. Empty without any. */
export function Jobs() {
  const isAllowed = may('replay') || may('discard')
  const everyMs = (list?: JobList): number => (list?.jobs.some(isRunning) === true ? 1_000 : 15_000)
  const answer = useAnswer<JobList>('jobs', {}, { everyMs, round: started.value })
  const all = answer.data?.jobs ?? []
  for (const { id } of all.filter(isRunning)) followed.add(id)
  const jobs = all.filter(({ id }) => followed.has(id) && !hidden.value.has(id))
  const over = jobs.filter((job) => !isRunning(job))
  const latest = useRef(over)
  latest.current = over
  useEffect(() => {
    if (over.length > 0) ended.value++
  }, [over.length])
  // Another page does not repeat what this one said.
  useEffect(() => () => latest.current.forEach(({ id }) => followed.delete(id)), [])
  if (!isAllowed || jobs.length === 0) return null
  return (
    <>
      {jobs.map((job) => (
        <JobPanel key={job.id} job={job} />
      ))}
    </>
  )
}

const isRunning = ({ state }: Job): boolean => state === 'running'

const doing = { replay: 'Replaying', discard: 'Discarding' }
const done = { replay: 'Replayed', discard: 'Discarded' }
const tones: Readonly<Record<Job['state'], Tone>> = { running: 'info', stopped: 'warn', done: 'good', failed: 'bad' }

function JobPanel({ job }: { readonly job: Job }) {
  const isActive = isRunning(job)
  const verb = (isActive ? doing : done)[job.action]
  const title = `${verb} ${isActive ? toPlural(job.expected, 'event') : `${toCount(job.changed)} of ${toPlural(job.expected, 'event')}`}`
  const stop = async (): Promise<void> => {
    try {
      await post('jobs/stop', { id: job.id })
      started.value++
    } catch (error) {
      toast(toProblem(error).title, 'bad')
    }
  }
  const hide = (): void => {
    hidden.value = new Set([...hidden.value, job.id])
  }
  return (
    <Panel
      label={title}
      className="job"
      title={title}
      right={
        <>
          <Tag tone={tones[job.state]}>{job.state}</Tag>
          {isActive ? (
            <button type="button" class="danger" onClick={() => void stop()}>
              Stop
            </button>
          ) : (
            <button type="button" onClick={hide}>
              Hide
            </button>
          )}
        </>
      }
    >
      <div class="body">
        <progress value={job.changed} max={Math.max(job.expected, job.changed, 1)} aria-label={title} />
        <p class="dim">
          {toCount(job.changed)} of {toCount(job.expected)}
          {job.query !== undefined && <> · {<Text value={toFilterLine(job.query, toExact)} />}</>}
          {job.who !== undefined && <> · started by {<Text value={job.who} />}</>}
        </p>
        {job.error !== undefined && (
          <Notice tone="bad">
            <Text value={job.error} />
          </Notice>
        )}
      </div>
    </Panel>
  )
}
