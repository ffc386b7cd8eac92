import type { EventFilter, EventState, Page } from '../engine.ts'
import { invalid } from '../inbox-error.ts'
import { toEventId, toText } from './rows.ts'
import { stages } from './state-schema.ts'

/** Which way a listing goes. */
export type Sort = NonNullable<Page['sort']>

/** A query for events that may match, in order, and what they have to match beyond it. */
export interface Selection {
  /** Rows of `inbox_state`. */
  readonly candidates: string
  readonly values: readonly unknown[]
  /** A condition over `state`, `event` and `job`; its values come after those given, which it adds them to. */
  toMatches(values: unknown[]): string
  /** Whether an index finds what matches: a candidate that does not is an exception. */
  readonly isIndexed: boolean
}

/** Where and how far a selection looks. */
export interface Reach {
  readonly queue: string
  readonly sort: Sort
  /** Behind this place; from `toCursor`. */
  readonly after: string | undefined
  readonly size: number
}

const ways = {
  oldest: { isBehind: '>', by: 'ASC' },
  newest: { isBehind: '<', by: 'DESC' },
} as const

const stagesOf: Readonly<Record<EventState, readonly number[]>> = {
  pending: [stages.open],
  active: [stages.open],
  done: [stages.done],
  dead: [stages.dead],
}

/** Each state as a condition on pg-boss's `job.state`, whose enum is in the order of a job's life. */
const stateConditions: Readonly<Record<EventState, string>> = {
  pending: `job.state < 'active'`,
  active: `job.state = 'active'`,
  done: `job.state = 'completed'`,
  dead: `job.state > 'completed'`,
}

/** The place of a row in every order, in microseconds since 1970 and its sequence. */
export const cursorColumn = `(extract(epoch FROM state.stored_at) * 1000000)::bigint || '.' || state.seq`

const cursorForm = /^(\d{1,16})\.(\d{1,19})$/

/** When the event of a cursor was stored; milliseconds since 1970. */
export const toStoredAt = (cursor: string): number => Math.floor(Number(cursorForm.exec(cursor)![1]) / 1_000)

/** Active jobs of a queue, by pg-boss's index of those with a group. */
export const activeJobs = `job.name = $1 AND job.state = 'active' AND job.group_id IS NOT NULL`

/** Builds selections over the tables of one schema. */
export function createSelect(schema: string) {
  const events = `${schema}.inbox_state state JOIN ${schema}.inbox_event event ON event.queue = state.queue AND event.seq = state.seq`

  return (filter: EventFilter, { queue, sort, after, size }: Reach): Selection => {
    const values: unknown[] = [queue]
    const parameter = (value: unknown): string => `$${values.push(value)}`
    const found: string[] = ['state.queue = $1']
    const rest: ((parameter: (value: unknown) => string) => string)[] = [() => 'job.id IS NOT NULL']
    const { isBehind, by } = ways[sort]
    const order = `ORDER BY state.stored_at ${by}, state.seq ${by} LIMIT ${parameter(size)}`

    if (after !== undefined) {
      const [, micros, seq] = cursorForm.exec(after) ?? invalid('after must be `next` of the page before')
      found.push(
        `(state.stored_at, state.seq) ${isBehind} (${toTime(parameter(micros), 1_000_000)}, ${parameter(seq)}::bigint)`,
      )
    }
    const { state, provider, type, since, until, tenant, orderKey, failure, search, keys } = filter
    if (since !== undefined) found.push(`state.stored_at >= ${toTime(parameter(since), 1_000)}`)
    if (until !== undefined) found.push(`state.stored_at < ${toTime(parameter(until), 1_000)}`)
    if (state !== undefined) rest.push(() => stateConditions[state])
    // An event that runs again has the failure of its last attempt still.
    const mayFail = `job.state <> 'active' AND job.state <> 'completed'`
    const isFailing = failure !== undefined && failure !== false
    if (isFailing) rest.push(() => mayFail)
    if (failure === false) rest.push(() => `NOT (state.failure IS NOT NULL AND ${mayFail})`)

    // The first that is given leads; the others are compared.
    const equal: readonly (readonly [column: string, value: unknown, cast: string])[] = [
      ['order_id', toValue(orderKey, toEventId), 'uuid'],
      ['failure', toValue(typeof failure === 'string' ? failure : undefined, toText), 'text'],
      ['tenant', toValue(tenant, toText), 'text'],
      ['provider', toValue(provider, toText), 'text'],
      ['type', toValue(type, toText), 'text'],
    ]
    const given = equal.filter(([, value]) => value !== undefined)
    const leads = state === 'active' || keys !== undefined ? [] : given.slice(0, given[0]?.[0] === 'provider' ? 2 : 1)
    for (const each of given) {
      const [column, value, cast] = each
      const compare: (typeof rest)[number] = (toParameter) => `state.${column} = ${toParameter(value)}::${cast}`
      if (leads.includes(each)) found.push(compare(parameter))
      else rest.push(compare)
    }
    const isLed = leads.length === given.length
    if (failure === true) {
      if (leads.length === 0) found.push('state.failure IS NOT NULL')
      else rest.push(() => 'state.failure IS NOT NULL')
    }
    if (search !== undefined) {
      rest.push((toParameter) => {
        const text = `${toParameter(toText(search))}::text`
        const texts = ['event.event_id', 'event.type', `job.output ->> 'message'`]
        return `(${texts.map((each) => `strpos(${each}, ${text}) > 0`).join(' OR ')})`
      })
    }
    const isIndexed = isLed && search === undefined && failure !== false && (failure !== true || leads.length === 0)
    const toMatches = (before: unknown[]): string =>
      rest.map((toSql) => toSql((value) => `$${before.push(value)}`)).join(' AND ')

    if (keys !== undefined) {
      found.push(`event.id = ANY (${parameter(keys.map(toEventId))}::uuid[])`)
      return {
        candidates: `SELECT state.* FROM ${events} WHERE ${found.join(' AND ')} ${order}`,
        toMatches,
        values,
        isIndexed,
      }
    }
    if (state === 'active') {
      const running = `${events} JOIN ${schema}.job job ON job.name = event.queue AND job.id = event.id`
      const where = [...found, activeJobs].join(' AND ')
      return { candidates: `SELECT state.* FROM ${running} WHERE ${where} ${order}`, toMatches, values, isIndexed }
    }
    const wanted =
      state === undefined ? [stages.open, stages.dead, ...(isFailing ? [] : [stages.done])] : stagesOf[state]
    const isByType = leads[0]?.[0] === 'type'
    const sources = [
      `unnest(${parameter(wanted)}::smallint[]) stage (stage)`,
      ...(isByType ? [`(${providers(schema)}) named`] : []),
    ]
    found.push('state.stage = stage.stage', ...(isByType ? ['state.provider = named.provider'] : []))
    // One way through an index for each stage, merged.
    const candidates = `SELECT state.* FROM ${sources.join(' CROSS JOIN ')} CROSS JOIN LATERAL (
        SELECT state.* FROM ${schema}.inbox_state state WHERE ${found.join(' AND ')} ${order}) state ${order}`
    return { candidates, toMatches, values, isIndexed }
  }
}

const toTime = (parameter: string, perSecond: number): string => `to_timestamp(${parameter}::float8 / ${perSecond})`

const toValue = (text: string | undefined, convert: (text: string) => string): string | undefined =>
  text === undefined ? undefined : convert(text)

/** Every provider of a queue, from one to the next through the index. */
function providers(schema: string): string {
  const first = (where: string): string =>
    `(SELECT stage, provider FROM ${schema}.inbox_state WHERE queue = $1 AND stage >= 0 ${where} ORDER BY stage, provider LIMIT 1)`
  return `WITH RECURSIVE each AS (${first('')} UNION ALL SELECT next.* FROM each CROSS JOIN LATERAL
    ${first('AND (stage, provider) > (each.stage, each.provider)')} next) SELECT DISTINCT provider FROM each`
}
