import type { Opened } from './open.ts'

/** Statements of named texts; `$1` is the queue, `$2` the name. */
export const createNoteSql = (schema: string) => ({
  read: `SELECT text FROM ${schema}.inbox_note WHERE queue = $1 AND name = $2`,
  /** $3: the text. */
  add: `INSERT INTO ${schema}.inbox_note (queue, name, text) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING name`,
  /** $3: the text, $4: what it was before. */
  change: `UPDATE ${schema}.inbox_note SET text = $3 WHERE queue = $1 AND name = $2 AND text = $4 RETURNING name`,
})

/**
 * The table of named texts, made at each start unless it is there. It is no step of the schema, so that older versions of this
 * package still open the store.
 */
export const createNoteTable = (schema: string): string => `
  CREATE TABLE IF NOT EXISTS ${schema}.inbox_note (
    queue text NOT NULL,
    name text NOT NULL,
    text text NOT NULL,
    PRIMARY KEY (queue, name)
  )`

/** Keeps named texts. */
export function createNotes({ jobs, query, look }: Pick<Opened, 'jobs' | 'query' | 'look'>, schema: string) {
  const sql = createNoteSql(schema)
  return {
    async readNote(name: string): Promise<string | undefined> {
      const [row] = await look(sql.read, [jobs.name, name])
      return row?.['text'] as string | undefined
    },

    async writeNote(name: string, text: string, before: string | undefined): Promise<boolean> {
      const rows =
        before === undefined
          ? await query(sql.add, [jobs.name, name, text])
          : await query(sql.change, [jobs.name, name, text, before])
      return rows.length > 0
    },
  }
}
