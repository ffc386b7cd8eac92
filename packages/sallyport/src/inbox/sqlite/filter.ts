import type { SQLInputValue } from 'node:sqlite'
import type { EventFilter } from '../engine.ts'
import { stateNumber } from './schema.ts'

/** A condition in SQL, with the values it takes. */
export interface Condition {
  readonly where: string
  readonly values: readonly SQLInputValue[]
}

/** The condition that a filter stands for. */
export function toCondition({ state, provider, type, since, search, keys }: EventFilter): Condition {
  const parts: string[] = []
  const values: SQLInputValue[] = []
  function add(sql: string, value: SQLInputValue): void {
    parts.push(sql)
    values.push(value)
  }
  if (state !== undefined) add('state = ?', stateNumber[state])
  if (provider !== undefined) add('provider = ?', provider)
  if (type !== undefined) add('type = ?', type)
  if (since !== undefined) add('stored_at >= ?', since)
  if (search !== undefined) add("instr(id || ' ' || type || ' ' || coalesce(error, ''), ?) > 0", search)
  if (keys !== undefined) add('key IN (SELECT value FROM json_each(?))', JSON.stringify(keys))
  return { where: parts.length === 0 ? '1' : parts.join(' AND '), values }
}
