import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Redis } from 'ioredis'
import { Pool } from 'pg'
import type { Handle, HandledKind } from './inbox-handled.ts'
import type { Place } from './inbox-stores.ts'

/** A handler, and how to close what it writes to. */
export interface OpenHandler {
  readonly handle: Handle
  close(): unknown
}

/** Handlers by what they do. */
export const handlers = {
  'handler does nothing': async (): Promise<OpenHandler> => ({ handle: () => {}, close() {} }),
  'handler writes a row': (kind: HandledKind, place: Place): Promise<OpenHandler> => rowHandlers[kind](place),
} as const

/** Write one row per event, at most once, and return when it is on disk; into the same kind of store, in a place of their own. */
const rowHandlers: Readonly<Record<HandledKind, (place: Place) => Promise<OpenHandler>>> = {
  async SQLite({ folder }) {
    const database = new DatabaseSync(join(folder, 'handled.db'))
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
    database.exec('CREATE TABLE IF NOT EXISTS handled (key TEXT PRIMARY KEY, handled_at INTEGER NOT NULL)')
    const insert = database.prepare('INSERT INTO handled VALUES (?, ?) ON CONFLICT DO NOTHING')
    return { handle: (key) => insert.run(key, Date.now()), close: () => database.close() }
  },
  async PostgreSQL({ databaseUrl, schema }) {
    const pool = new Pool({ connectionString: databaseUrl, max: 10 })
    const table = `${schema}.handled`
    await pool.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`)
    await pool.query(`CREATE TABLE IF NOT EXISTS ${table} (key text PRIMARY KEY, handled_at timestamptz NOT NULL)`)
    const text = `INSERT INTO ${table} VALUES ($1, now()) ON CONFLICT DO NOTHING`
    return { handle: (key) => pool.query({ name: 'insert', text, values: [key] }), close: () => pool.end() }
  },
  async Redis({ redisUrl }) {
    const redis = new Redis(redisUrl)
    return { handle: (key) => redis.set(`handled:${key}`, Date.now(), 'NX'), close: () => redis.disconnect() }
  },
}
