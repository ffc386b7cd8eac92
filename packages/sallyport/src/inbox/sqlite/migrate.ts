import type { DatabaseSync } from 'node:sqlite'
import { toFailureShape } from '../failure-shape.ts'
import { migrations } from './schema.ts'

/**
 * Brings the schema from one version to another; inside the caller's transaction.
 *
 * @param from 0 for a new database
 */
export function migrate(database: DatabaseSync, from = 0, to = migrations.length): void {
  database.function('failure_shape', { deterministic: true }, (error) => shapeOf(error))
  for (const migration of migrations.slice(from, to)) database.exec(migration)
  database.exec(`PRAGMA user_version = ${to}`)
}

// What was stored of an error before shapes were: its name and message as one text.
function shapeOf(error: unknown): string | null {
  if (typeof error !== 'string') return null
  const [, name = 'Error', message = error] = /^([A-Za-z_$][\w$.]{0,99}): (.*)$/s.exec(error) ?? []
  return toFailureShape({ name, message, stack: [] })
}
