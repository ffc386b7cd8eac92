const functions = [
  'count_states',
  'add_events',
  'remove_events',
  'move',
  'follow_updates',
  'follow_insert',
  'follow_deletes',
] as const

/** Statements that bring a schema back to version 2 of its tables, as a version without states left them. */
export const toVersion2 = (schema: string): readonly string[] => [
  `DROP FUNCTION ${functions.map((name) => `${schema}.inbox_${name}`).join(', ')} CASCADE`,
  `DROP FUNCTION ${schema}.inbox_follow`,
  `DROP TABLE ${schema}.inbox_state, ${schema}.inbox_count, ${schema}.inbox_minute`,
  `ALTER TABLE ${schema}.inbox_event DROP COLUMN tenant`,
  `DELETE FROM ${schema}.inbox_version WHERE version = 3`,
]

/** From version 2 to version 1, without histories. */
export const toVersion1 = (schema: string): readonly string[] => [
  `DROP TABLE ${schema}.inbox_history, ${schema}.inbox_worker`,
  `DELETE FROM ${schema}.inbox_version WHERE version = 2`,
]
