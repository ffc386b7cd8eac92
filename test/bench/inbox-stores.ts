import { randomUUID } from 'node:crypto'
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { InboxEvent } from 'sallyport'
import { createSqliteEngine, type Engine } from 'sallyport/inbox'
import { createBullMqEngine } from 'sallyport/inbox/bullmq'
import { createPgBossEngine } from 'sallyport/inbox/pg-boss'
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import { Pool } from 'pg'
import { PgBoss } from 'pg-boss'

/** Places for a store: a folder, a schema and a Redis for this run only. */
export interface Place {
  readonly folder: string
  /** Its connections have the schema as `application_name`. */
  readonly databaseUrl: string
  readonly schema: string
  readonly redisUrl: string
  /** Name of the queue, or of its equivalent. */
  readonly queue: string
}

/** Stores events one by one as they arrive. */
export interface Store {
  /** Returns, or resolves, once the event is stored as safely as this store promises. */
  accept(event: InboxEvent): unknown
  stop(): Promise<void>
}

/** Every compared store, by its name in the table. */
export const stores = {
  'fsync loop': openFile,
  'a transaction per row': openRows,
  'SQLite engine': async ({ folder }) => startEngine(createSqliteEngine({ path: join(folder, `${randomUUID()}.db`) })),
  'an INSERT per row': openTable,
  'pg-boss send': openBoss,
  'pg-boss engine': async ({ databaseUrl, schema, queue }) =>
    startEngine(createPgBossEngine({ connectionString: databaseUrl, schema, queue, maxConnections })),
  'BullMQ add': openQueue,
  'BullMQ engine': async ({ redisUrl, queue }) => startEngine(createBullMqEngine({ connection: redisUrl, queue })),
} as const satisfies Readonly<Record<string, (place: Place) => Promise<Store>>>

/** Name of a store. */
export type StoreName = keyof typeof stores

// The number of connections everybody gets; the default of the engine and of pg-boss.
const maxConnections = 10

async function startEngine(engine: Engine): Promise<Store> {
  await engine.start()
  return { accept: (event) => engine.insert([event]), stop: () => engine.stop({ drainMs: 0 }) }
}

/** Appends the body and waits for the disk: no store that syncs each row by itself can be faster. */
async function openFile({ folder }: Place): Promise<Store> {
  const file = openSync(join(folder, randomUUID()), 'a')
  return {
    accept({ body }) {
      writeSync(file, body)
      fdatasyncSync(file)
    },
    stop: async () => closeSync(file),
  }
}

/** Hand-written: a table whose primary key drops duplicates, one transaction per row, no thread. */
async function openRows({ folder }: Place): Promise<Store> {
  const database = new DatabaseSync(join(folder, `${randomUUID()}.db`))
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
  database.exec('CREATE TABLE events (key TEXT PRIMARY KEY, envelope TEXT NOT NULL, body BLOB NOT NULL)')
  const insert = database.prepare('INSERT INTO events VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
  return {
    accept: ({ body, ...envelope }) => insert.run(envelope.key, JSON.stringify(envelope), body),
    stop: async () => database.close(),
  }
}

async function openTable({ databaseUrl, schema, queue }: Place): Promise<Store> {
  const pool = new Pool({ connectionString: databaseUrl, max: maxConnections })
  const table = `${schema}.${queue}_raw`
  await pool.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`)
  await pool.query(
    `CREATE TABLE IF NOT EXISTS ${table} (key text PRIMARY KEY, envelope text NOT NULL, body bytea NOT NULL)`,
  )
  const text = `INSERT INTO ${table} VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`
  return {
    accept: ({ body, ...envelope }) =>
      pool.query({ name: 'insert', text, values: [envelope.key, JSON.stringify(envelope), body] }),
    stop: () => pool.end(),
  }
}

async function openBoss({ databaseUrl, schema, queue }: Place): Promise<Store> {
  const boss = new PgBoss({
    connectionString: databaseUrl,
    schema: `${schema}_plain`,
    max: maxConnections,
    supervise: false,
    schedule: false,
  })
  boss.on('error', () => {})
  await boss.start()
  await boss.createQueue(queue)
  return {
    accept: (event) => boss.send(queue, toData(event)),
    stop: () => boss.stop({ graceful: false }),
  }
}

async function openQueue({ redisUrl, queue: name }: Place): Promise<Store> {
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null })
  const queue = new Queue(`${name}-plain`, { connection })
  await queue.waitUntilReady()
  return {
    accept: (event) => queue.add(event.type, toData(event)),
    async stop() {
      await queue.close()
      connection.disconnect()
    },
  }
}

/** The event as an application would put it into a queue. */
export function toData({ body, ...event }: InboxEvent): object {
  return { ...event, body: Buffer.from(body).toString() }
}
