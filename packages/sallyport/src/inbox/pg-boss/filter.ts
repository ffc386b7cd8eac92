import type { EventFilter } from '../engine.ts'
import { toEventId } from './event-id.ts'
import { stateConditions } from './rows.ts'
import { toText } from './text.ts'

/** A condition over an event and its job, and its values. */
export interface Condition {
  readonly where: string
  readonly values: readonly unknown[]
}

/** Puts a filter into SQL; its values come after those already there. */
export function toCondition(filter: EventFilter, before: readonly unknown[]): Condition {
  const values = [...before]
  const parts: string[] = []
  const add = (toSql: (parameter: string) => string, value: unknown): void => {
    values.push(value)
    parts.push(toSql(`$${values.length}`))
  }
  if (filter.state !== undefined) parts.push(stateConditions[filter.state])
  if (filter.provider !== undefined) add((parameter) => `event.provider = ${parameter}`, toText(filter.provider))
  if (filter.type !== undefined) add((parameter) => `event.type = ${parameter}`, toText(filter.type))
  if (filter.since !== undefined) {
    add((parameter) => `event.stored_at >= to_timestamp(${parameter}::float8 / 1000)`, filter.since)
  }
  if (filter.search !== undefined) {
    const text = `event.event_id || ' ' || event.type || ' ' || coalesce(job.output ->> 'message', '')`
    add((parameter) => `strpos(${text}, ${parameter}::text) > 0`, toText(filter.search))
  }
  if (filter.keys !== undefined) add((parameter) => `event.id = ANY (${parameter}::uuid[])`, filter.keys.map(toEventId))
  return { where: parts.length === 0 ? 'true' : parts.join(' AND '), values }
}
