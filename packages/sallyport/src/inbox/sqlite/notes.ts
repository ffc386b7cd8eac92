import type { Statements } from './statements.ts'

/**
 * Keeps named texts; inside the caller's transaction. Their table is made with the first of them and is no step of the schema:
 * older versions of this package still open the store, and it can be read before there is one.
 */
export function createNotes({ prepare, run }: Statements) {
  function readNote(name: string): string | undefined {
    if (prepare(`SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'notes'`).get() === undefined)
      return undefined
    return prepare('SELECT text FROM notes WHERE name = ?').get(name)?.['text'] as string | undefined
  }

  return {
    readNote,

    /** Writes one that still is as it was before; returns whether it did. */
    writeNote(name: string, text: string, before: string | undefined): boolean {
      run('CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT, WITHOUT ROWID')
      if (readNote(name) !== before) return false
      run('INSERT INTO notes (name, text) VALUES (?, ?) ON CONFLICT DO UPDATE SET text = excluded.text', name, text)
      return true
    },
  }
}
