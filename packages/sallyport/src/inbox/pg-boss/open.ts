import { printError } from '../../errors/print-error.ts'
import { PgBoss } from 'pg-boss'
import { InboxError } from '../inbox-error.ts'
import { withTimeout } from '../inbox-error.ts'
import { failUnmigrated } from '../read-only.ts'
import {
  createDatabase,
  createQuery,
  createTransactions,
  type Database,
  type Executor,
  type RunInTransaction,
  type RunQuery,
} from './database.ts'
import { listenToErrors } from './clients.ts'
import { toInboxError } from './errors.ts'
import { checkCommit } from './insert.ts'
import { createJobs, type Jobs } from './jobs.ts'
import type { PgBossSettings } from './options.ts'
import type { PgPool } from './postgres.ts'
import { createLook } from './look-queue.ts'
import { createNoteTable } from './notes.ts'
import { noteFailures } from './note-failures.ts'
import { beginLook } from './sql.ts'
import { longestTimer } from '../../options/allow.ts'
import { createMigrationSql, createPresenceSql, createSettingsSql, migrations } from './schema.ts'

/** An open database with pg-boss running over it. */
export interface Opened {
  readonly jobs: Jobs
  /** The table of the queue's jobs. */
  readonly table: string
  readonly database: Database
  readonly inTransaction: RunInTransaction
  readonly query: RunQuery
  /** Runs one statement that only reads, over a connection that nothing is stored by. */
  readonly look: RunQuery
  close(): Promise<void>
}

const oldestPostgres = 130_000

// Connections for looking.
const mostLooking = 2

// Counting whole tables and rebuilding indexes is worth it now and then; leases and retention do not depend on it.
const superviseEverySeconds = 3_600

/**
 * Opens the database, migrates pg-boss's schema and the inbox's unless it is only read, and reads back what is really set.
 *
 * @throws InboxError `INBOX_UNSUPPORTED`, `INBOX_SETTINGS_WEAK`, `INBOX_SCHEMA_NEWER`, `INBOX_MISSING`, `INBOX_UNAVAILABLE`
 */
export async function openDatabase(settings: PgBossSettings): Promise<Opened> {
  const { schema, timeoutMs, readOnly } = settings
  const { pool, end } = await openPool(settings, settings.maxConnections)
  const looking = await openPool(settings, mostLooking)
  const boss = new PgBoss({
    // Installing and rebuilding may take long, in a pool without deadlines.
    ...(settings.db === undefined
      ? { connectionString: settings.connectionString, max: 2 }
      : { db: toDb(settings.db) }),
    schema,
    schedule: false,
    migrate: !readOnly,
    supervise: !readOnly,
    superviseIntervalSeconds: superviseEverySeconds,
    monitorIntervalSeconds: superviseEverySeconds,
  })
  // Without a listener an error ends the process. Every call reports its own failure.
  boss.on('error', ignore)
  const stops = [...new Set([pool, looking.pool])].map(listenToErrors)

  async function close(): Promise<void> {
    // A connection that never answers would block.
    await withTimeout(boss.stop({ graceful: false }), timeoutMs).catch(ignore)
    await Promise.all([end(), looking.end()].map((ending) => withTimeout(ending, timeoutMs).catch(ignore)))
    stops.forEach((stop) => stop())
  }

  try {
    const isOwnPool = settings.db === undefined
    const database = createDatabase(pool, { timeoutMs, isOwnPool })
    const query = createQuery(database)
    const look = createLook(
      createDatabase(looking.pool, { timeoutMs, isOwnPool, begin: beginLook }),
      isOwnPool ? mostLooking : 1,
    )
    const inTransaction = createTransactions(database)
    if (!settings.create || readOnly) await checkPresence(query, settings)
    if (readOnly) await checkTables(query, schema)
    await (readOnly ? startToRead(boss) : start(boss))
    if (!readOnly)
      await migrate(createTransactions(createDatabase(pool, { timeoutMs: longestTimer, isOwnPool: false })), schema)
    const jobs = createJobs(boss, settings.queue)
    if (!readOnly) await jobs.create()
    const { policy, table } = await jobs.open()
    if (!readOnly) await follow(inTransaction, schema, table)
    if (policy !== 'standard')
      throw new InboxError('INBOX_UNSUPPORTED', `the queue has the policy ${policy} instead of standard`)
    await verifySettings(query, settings, table)
    return { jobs, table, database, inTransaction, query, look, close }
  } catch (error) {
    await close()
    throw toInboxError(error)
  }
}

const ignore = (): void => {}

const toDb = (pool: PgPool): Executor => ({ executeSql: (text, values) => pool.query(text, values) })

async function openPool(settings: PgBossSettings, max = 10): Promise<{ pool: PgPool; end(): Promise<void> }> {
  if (settings.db !== undefined) return { pool: settings.db, end: async () => {} }
  const { connectionString, timeoutMs } = settings
  const { default: pg } = await import('pg')
  const pool = new pg.Pool({
    connectionString,
    max,
    connectionTimeoutMillis: timeoutMs,
    keepAlive: true,
    pipeline: true,
    application_name: 'sallyport',
  })
  return { pool, end: () => pool.end() }
}

// Processes that start together for the first time all begin to install; all but one find it done.
async function start(boss: PgBoss): Promise<void> {
  await boss.start().catch(async (error: unknown) => {
    if (!(await boss.isInstalled().catch(() => false))) throw error
    await boss.start()
  })
}

async function startToRead(boss: PgBoss): Promise<void> {
  await boss.start().catch((error: unknown) => {
    // It has no class or code.
    if (!(error instanceof Error) || !error.message.includes('requires migrations')) throw error
    failUnmigrated('its tables are of another version of pg-boss')
  })
}

async function checkPresence(query: RunQuery, { schema, queue }: PgBossSettings): Promise<void> {
  const sql = createPresenceSql(schema)
  const [tables] = await query(sql.findTables)
  if (tables?.['found'] !== true || (await query(sql.findQueue, [queue])).length === 0)
    throw new InboxError('INBOX_MISSING', `schema ${schema}, queue ${queue}`)
}

/** Checks that the tables need no migration. */
async function checkTables(query: RunQuery, schema: string): Promise<void> {
  const sql = createMigrationSql(schema)
  const [row] = await query(sql.readVersion)
  const version = checkNotNewer(Number(row?.['version']))
  if (version < migrations.length) failUnmigrated(`schema ${schema} has version ${version}`)
}

function checkNotNewer(version: number): number {
  if (version > migrations.length)
    throw new InboxError('INBOX_SCHEMA_NEWER', `its version is ${version}, known are ${migrations.length}`)
  return version
}

async function migrate(inTransaction: RunInTransaction, schema: string): Promise<void> {
  const sql = createMigrationSql(schema)
  await inTransaction(async (db) => {
    await db.executeSql(sql.waitLong)
    await db.executeSql(sql.lock)
    await db.executeSql(sql.createVersion)
    await db.executeSql(createNoteTable(schema))
    const version = checkNotNewer(Number((await db.executeSql(sql.readVersion)).rows[0]?.['version']))
    for (let step = version; step < migrations.length; step++) {
      await db.executeSql(migrations[step]!(schema))
      await db.executeSql(sql.addVersion, [step + 1])
    }
    // Only code tells what errors have in common.
    if (version < 3) await noteFailures(db, schema)
  })
}

/** Makes the states of events follow the jobs of a queue. */
async function follow(inTransaction: RunInTransaction, schema: string, table: string): Promise<void> {
  const sql = createMigrationSql(schema)
  await inTransaction(async (db) => {
    await db.executeSql(sql.lock)
    await db.executeSql(sql.follow, [`${schema}.${table}`])
  })
}

/** Compares what is really set with what is promised. */
export async function verifySettings(
  query: RunQuery,
  { schema, queue, durability }: Pick<PgBossSettings, 'schema' | 'queue' | 'durability'>,
  table: string,
): Promise<void> {
  const sql = createSettingsSql(schema)
  const [set = {}] = await query(sql.readSettings)
  if (Number(set['version']) < oldestPostgres) {
    throw new InboxError(
      'INBOX_UNSUPPORTED',
      `PostgreSQL 13 or newer is needed, this one is ${String(set['version_name'])}`,
    )
  }
  if (durability === 'as configured') {
    printError(
      `sallyport: the inbox ${schema}.${queue} promises no more than PostgreSQL is set up to keep, as configured`,
    )
    return
  }
  for (const name of ['fsync', 'full_page_writes']) {
    if (set[name] !== 'on') throw new InboxError('INBOX_SETTINGS_WEAK', `${name} is ${String(set[name])}`)
  }
  checkCommit(set['synchronous_commit'])
  const [unlogged] = await query(sql.findUnlogged, [table])
  if (unlogged) throw new InboxError('INBOX_SETTINGS_WEAK', `the table ${String(unlogged['name'])} is unlogged`)
}
