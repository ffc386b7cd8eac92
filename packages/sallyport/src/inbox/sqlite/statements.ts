import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { EventRow } from './rows.ts'

/** Statements by their text, each prepared once. */
export interface Statements {
  prepare(sql: string): StatementSync
  all(sql: string, ...values: SQLInputValue[]): EventRow[]
  /** Returns the number of rows changed. */
  run(sql: string, ...values: SQLInputValue[]): number
  /** The one number of a query; `null` where it has none. */
  number(sql: string, ...values: SQLInputValue[]): number | null
}

export function createStatements(database: DatabaseSync): Statements {
  const prepared = new Map<string, StatementSync>()
  function prepare(sql: string): StatementSync {
    const known = prepared.get(sql) ?? database.prepare(sql)
    prepared.set(sql, known)
    return known
  }
  return {
    prepare,
    all: (sql, ...values) => prepare(sql).all(...values) as unknown as EventRow[],
    run: (sql, ...values) => Number(prepare(sql).run(...values).changes),
    number(sql, ...values) {
      const [value] = Object.values(prepare(sql).get(...values) ?? {})
      return typeof value === 'number' ? value : null
    },
  }
}
