import type { EventList, EventQuery } from '../../src/api.ts'
import { now } from '../clock.ts'
import { toDue } from '../format.ts'
import { useAnswer } from '../use-answer.ts'

/** When the first of the group's latest retrying events is tried again. */
export function NextAttempt({ query }: { readonly query: EventQuery }) {
  const { data } = useAnswer<EventList>('events', { ...query, state: 'retrying', limit: '50' }, { everyMs: 10_000 })
  const due = Math.min(...(data?.events ?? []).flatMap(({ dueAt }) => dueAt ?? []))
  if (!Number.isFinite(due)) return null
  return <> · next attempt {toDue(due, now.value)}</>
}
