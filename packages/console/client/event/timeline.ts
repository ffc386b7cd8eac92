import type { AttemptRow, EventDetail } from '../../src/api.ts'
import { toBytes, toDuration, toPlural } from '../format.ts'

export type Dot = 'good' | 'warn' | 'bad' | 'now' | 'wait'

export interface TimelineItem {
  readonly dot: Dot
  readonly title: string
  /** Shown under the title; text from outside. */
  readonly text?: string | undefined
  /** When it happened, or will. */
  readonly at?: number | undefined
  readonly stack?: readonly string[] | undefined
}

/** What happened to an event, oldest first. */
export function toTimeline(event: EventDetail): readonly TimelineItem[] {
  const past = [...toArrival(event), ...toRuns(event)]
  // Sorted by time and otherwise as they are; a duplicate may arrive between two runs.
  return [...past.toSorted((one, other) => (one.at ?? 0) - (other.at ?? 0)), ...toRest(event)]
}

const arrivals = {
  key: { dot: 'good', title: 'Arrived and verified' },
  fetched: { dot: 'good', title: 'Fetched from the sender' },
  none: { dot: 'warn', title: 'Arrived, not authenticated' },
} as const satisfies Record<EventDetail['proof'], TimelineItem>

function toArrival(event: EventDetail): TimelineItem[] {
  const { remoteAddress, bodyBytes, duplicates } = event
  const from = [remoteAddress, toBytes(bodyBytes)].filter((part) => part !== undefined).join(' · ')
  const items: TimelineItem[] = [{ ...arrivals[event.proof], text: from, at: event.receivedAt }]
  if (event.storedAt - event.receivedAt >= 1_000)
    items.push({
      dot: 'good',
      title: 'Stored',
      text: `after ${toDuration(event.storedAt - event.receivedAt)}`,
      at: event.storedAt,
    })
  const last = duplicates.latest.toSorted((one, other) => other.receivedAt - one.receivedAt)[0]
  if (duplicates.count > 0) {
    const title =
      duplicates.count === 1
        ? 'Duplicate arrived, dropped'
        : `${toPlural(duplicates.count, 'duplicate')} arrived, dropped`
    items.push({
      dot: 'wait',
      title,
      text: last?.remoteAddress && `last from ${last.remoteAddress}`,
      at: last?.receivedAt ?? event.storedAt,
    })
  }
  return items
}

function toRuns(event: EventDetail): TimelineItem[] {
  const groups = foldRuns(event.attemptsMade)
  const items: TimelineItem[] = []
  const first = event.attemptsMade[0]?.number ?? 1
  if (first > 1) {
    const title = first === 2 ? 'Run 1 is no longer kept' : `Runs 1 to ${first - 1} are no longer kept`
    items.push({ dot: 'wait', title, at: event.attemptsMade[0]!.begunAt })
  }
  let before: AttemptRow | undefined
  for (const group of groups) {
    items.push(group.length === 1 ? toRun(group[0]!) : toFolded(group, before))
    before = group.at(-1)
  }
  return items
}

/** Puts runs that failed the same way, one after the other, together. The last one of a dead event stays alone. */
export function foldRuns(runs: readonly AttemptRow[]): readonly (readonly AttemptRow[])[] {
  const groups: AttemptRow[][] = []
  for (const run of runs) {
    const group = groups.at(-1)
    if (group !== undefined && isSame(group[0]!, run)) group.push(run)
    else groups.push([run])
  }
  return groups
}

function isSame(one: AttemptRow, other: AttemptRow): boolean {
  const isFolded = one.outcome === 'retried' || one.outcome === 'lost'
  return (
    isFolded &&
    one.outcome === other.outcome &&
    one.error?.name === other.error?.name &&
    one.error?.message === other.error?.message
  )
}

const toError = ({ error }: AttemptRow): string | undefined => error && `${error.name}: ${error.message}`

function toRun(run: AttemptRow): TimelineItem {
  const took = run.durationMs === undefined ? '' : ` after ${toDuration(run.durationMs)}`
  const title = `Run ${run.number} `
  const worker = run.worker === undefined ? undefined : `worker ${run.worker}`
  const item = {
    text: [toError(run), worker].filter((part) => part !== undefined).join(' · '),
    at: run.endedAt ?? run.begunAt,
    stack: run.error?.stack,
  }
  if (run.outcome === 'handled') return { ...item, dot: 'good', title: `${title}handled it${took}` }
  if (run.outcome === 'running') return { ...item, dot: 'now', title: `${title}is running` }
  if (run.outcome === 'lost') return { ...item, dot: 'warn', title: `${title}was lost: its worker stopped` }
  if (run.outcome === 'dead') return { ...item, dot: 'bad', title: `${title}failed${took}: dead` }
  return { ...item, dot: 'warn', title: `${title}failed${took}` }
}

function toFolded(group: readonly AttemptRow[], before: AttemptRow | undefined): TimelineItem {
  const [first, last] = [group[0]!, group.at(-1)!]
  const waits = [before, ...group]
    .slice(0, -1)
    .flatMap((run, index) => (run?.endedAt === undefined ? [] : [Math.max(0, group[index]!.begunAt - run.endedAt)]))
  const waited = waits.length === 0 ? undefined : `waited ${toWaits(waits)}`
  const happened = first.outcome === 'lost' ? 'were lost: their workers stopped' : 'failed the same way'
  return {
    dot: 'warn',
    title: `Runs ${first.number} ${group.length === 2 ? 'and' : 'to'} ${last.number} ${happened}`,
    text: [toError(first), waited].filter((part) => part !== undefined).join(' · '),
    at: last.endedAt ?? last.begunAt,
    stack: last.error?.stack,
  }
}

function toWaits(waits: readonly number[]): string {
  const shown = waits.slice(0, 8).map(toDuration).join(', ')
  return waits.length > 8 ? `${shown} …` : shown
}

/** What the event waits for, or how it ended where no run says so. */
function toRest(event: EventDetail): TimelineItem[] {
  const last = event.attemptsMade.at(-1)
  const { state, attempts, dueAt, error } = event
  const items: TimelineItem[] = []
  if (last === undefined && attempts > 0) {
    const title = `${toPlural(attempts, 'run')} so far`
    items.push({
      dot: error === undefined ? 'good' : 'warn',
      title,
      text: error ?? 'This store keeps no history of runs.',
    })
  }
  if (state === 'waiting')
    items.push({
      dot: 'wait',
      title: attempts > 0 || last ? 'Replayed: waits for a handler' : 'Waits for a handler',
      at: dueAt,
    })
  if (state === 'retrying') items.push({ dot: 'wait', title: `Run ${attempts + 1} is due`, at: dueAt })
  if (state === 'active' && last?.outcome !== 'running')
    items.push({ dot: 'now', title: `Run ${attempts + 1} is running` })
  if (state === 'done' && last?.outcome !== 'handled') items.push({ dot: 'good', title: 'Done', at: event.finishedAt })
  if (state === 'dead' && last?.outcome !== 'dead') items.push({ dot: 'bad', title: 'Dead', at: event.finishedAt })
  return items
}
