import type { DatabaseSync } from 'node:sqlite'

/** What tells whose database a file is. */
export interface Contents {
  readonly version: number
  readonly id: number
  /** How many tables, indexes and others there are. */
  readonly entries: number
  /** How many of the tables of an inbox. */
  readonly inboxTables: number
}

/** Reads it at one moment: another process may be making the tables. */
export function readContents(database: DatabaseSync): Contents {
  const row = database.prepare(sql).get()
  return row as unknown as Contents
}

const sql = `
  SELECT user_version AS version, application_id AS id,
    (SELECT count(*) FROM sqlite_schema) AS entries,
    (SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('events', 'bodies')) AS inboxTables
  FROM pragma_user_version, pragma_application_id`
