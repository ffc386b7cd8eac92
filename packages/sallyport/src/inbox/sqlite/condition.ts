import type { SQLInputValue } from 'node:sqlite'
import type { EventFilter } from '../engine.ts'
import { stateNumber } from './schema.ts'

/** SQL, and what its question marks stand for. */
export interface Condition {
  readonly where: string
  readonly values: readonly SQLInputValue[]
}

/**
 * The SQL condition of a filter, for events that an index has found.
 *
 * @param states the only ones that count
 */
export function toCondition(filter: EventFilter, states?: readonly number[]): Condition {
  const { state, provider, type, since, until, tenant, orderKey, failure, search, keys } = filter
  const parts: string[] = []
  const values: SQLInputValue[] = []
  function add(sql: string, ...value: SQLInputValue[]): void {
    parts.push(sql)
    values.push(...value)
  }
  // A plus keeps SQLite from taking an index for it.
  if (states) add(`+state IN (${states.join(', ')})`)
  if (state !== undefined) add('+state = ?', stateNumber[state])
  if (provider !== undefined) add('+provider = ?', provider)
  if (type !== undefined) add('+type = ?', type)
  if (since !== undefined) add('stored_at >= ?', since)
  if (until !== undefined) add('stored_at < ?', until)
  if (tenant !== undefined) add('+tenant = ?', tenant)
  if (orderKey !== undefined) add('+order_key = ?', orderKey)
  // An event that runs again has the failure of its last attempt still.
  if (failure === false) add('(+failure IS NULL OR +state NOT IN (0, 3))')
  else if (failure !== undefined) add('+state IN (0, 3)')
  if (failure === true) add('+failure IS NOT NULL')
  else if (typeof failure === 'string') add('+failure = ?', failure)
  if (search !== undefined) add("instr(id || ' ' || type || ' ' || coalesce(error, ''), ?) > 0", search)
  if (keys !== undefined) add('key IN (SELECT value FROM json_each(?))', JSON.stringify(keys))
  return { where: parts.length === 0 ? '1' : parts.join(' AND '), values }
}
