import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Redis } from 'ioredis'
import { Pool } from 'pg'
import type { ReplayGuard } from 'sallyport'
import { createPostgresReplayGuard } from 'sallyport/replay-guard/postgres'
import { createRedisReplayGuard } from 'sallyport/replay-guard/redis'
import { createSqliteReplayGuard } from 'sallyport/replay-guard/sqlite'
import { compare, median } from './measure.ts'
import type { MissingRow, Row } from './report.ts'

/** Takes one event that is new: claims it, and remembers that it was handled. */
type TakeEvent = () => Promise<unknown>

interface Subjects {
  /** What the 20 lines do that people write by hand. */
  readonly floor: TakeEvent
  readonly own: TakeEvent
  close(): Promise<unknown>
}

const atOnce = 50

/** The shared stores by their names of `--store`. */
export const guardStores = { redis: openRedis, postgresql: openPostgres, sqlite: openSqlite }

/** Claims and commits in the shared guards, beside statements written by hand: one after the other, and 50 at once. */
export async function benchStore(store: keyof typeof guardStores, quick: boolean): Promise<(Row | MissingRow)[]> {
  let subjects: Subjects
  try {
    subjects = await guardStores[store]()
  } catch (error) {
    return [{ subject: 'sallyport', case: store, missing: (error as Error).message }]
  }
  try {
    const { floor, own } = subjects
    const named = [
      { name: 'floor', run: floor },
      { name: 'sallyport', run: own },
    ]
    const single = await compare(named, quick ? { rounds: 2, batchMs: 1 } : { rounds: 60, batchMs: 40 })
    const rates = await measureRates(named, quick ? { rounds: 1, events: 100 } : { rounds: 7, events: 4_000 })
    return [
      ...single.map(({ name: subject, median: ms, ratio }) => ({
        subject,
        case: `${store}, one by one`,
        median: ms * 1000,
        unit: 'µs',
        ratio,
      })),
      ...rates.map(({ name: subject, rate }) => ({
        subject,
        case: `${store}, ${atOnce} at once`,
        median: rate,
        unit: 'events/s',
        ratio: rate / rates[0]!.rate,
      })),
    ]
  } finally {
    await subjects.close()
  }
}

async function measureRates(
  subjects: readonly { readonly name: string; readonly run: TakeEvent }[],
  { rounds, events }: { readonly rounds: number; readonly events: number },
): Promise<{ readonly name: string; readonly rate: number }[]> {
  const rates = subjects.map((): number[] => [])
  for (let round = 0; round < rounds; round++) {
    for (const [index, { run }] of subjects.entries()) {
      const start = performance.now()
      const callers = Array.from({ length: atOnce }, async () => {
        for (let count = 0; count < events / atOnce; count++) await run()
      })
      await Promise.all(callers)
      rates[index]!.push((events / (performance.now() - start)) * 1_000)
    }
  }
  return subjects.map(({ name }, index) => ({ name, rate: median(rates[index]!) }))
}

const leaseMs = 60_000
const retentionMs = 86_400_000

function throughGuard(guard: ReplayGuard): TakeEvent {
  let count = 0
  return async () => {
    const terms = { claimId: randomUUID(), now: Date.now(), retentionMs, minimumMs: 630_000 }
    const key = `["stripe",null,"evt_1NqJ8k2eZvKYlo2C${count++}"]`
    if ((await guard.claim(key, terms)) !== 'claimed') throw new Error('an event was not new')
    await guard.commit(key, terms)
  }
}

async function openRedis(): Promise<Subjects> {
  const url = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379'
  const client = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 0 })
  client.on('error', () => {})
  await client.connect()
  const namespace = `bench-${randomUUID().slice(0, 8)}`
  let count = 0
  return {
    async floor() {
      const key = `sallyport:replay:${namespace}:floor:${count++}`
      if ((await client.set(key, randomUUID(), 'PX', leaseMs, 'NX')) !== 'OK') throw new Error('an event was not new')
      await client.set(key, 'done', 'PX', retentionMs)
    },
    own: throughGuard(createRedisReplayGuard({ client, namespace })),
    async close() {
      for await (const keys of client.scanStream({ match: `sallyport:replay:${namespace}:*`, count: 1_000 }))
        if ((keys as string[]).length > 0) await client.unlink(keys as string[])
      client.disconnect()
    },
  }
}

async function openPostgres(): Promise<Subjects> {
  const pool = new Pool({ connectionString: process.env['DATABASE_URL'] ?? 'postgres://root@127.0.0.1:5432/test' })
  const schema = `sallyport_bench_${randomUUID().slice(0, 8)}`
  await pool.query(`CREATE SCHEMA ${schema}; CREATE TABLE ${schema}.floor (id text PRIMARY KEY, done_at timestamptz)`)
  let count = 0
  return {
    async floor() {
      const id = `["stripe",null,"evt_1NqJ8k2eZvKYlo2C${count++}"]`
      const { rowCount } = await pool.query(`INSERT INTO ${schema}.floor (id) VALUES ($1) ON CONFLICT DO NOTHING`, [id])
      if (rowCount !== 1) throw new Error('an event was not new')
      await pool.query(`UPDATE ${schema}.floor SET done_at = now() WHERE id = $1`, [id])
    },
    own: throughGuard(createPostgresReplayGuard({ pool, namespace: 'bench', schema })),
    async close() {
      await pool.query(`DROP SCHEMA ${schema} CASCADE`)
      await pool.end()
    },
  }
}

async function openSqlite(): Promise<Subjects> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'))
  const database = new DatabaseSync(join(folder, 'floor.db'))
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
  database.exec('CREATE TABLE floor (id TEXT PRIMARY KEY, done_at INTEGER) WITHOUT ROWID')
  const insert = database.prepare('INSERT INTO floor (id) VALUES (?) ON CONFLICT DO NOTHING')
  const update = database.prepare('UPDATE floor SET done_at = ? WHERE id = ?')
  const guard = createSqliteReplayGuard({ path: join(folder, 'guard.db') })
  let count = 0
  return {
    async floor() {
      const id = `["stripe",null,"evt_1NqJ8k2eZvKYlo2C${count++}"]`
      if (insert.run(id).changes !== 1) throw new Error('an event was not new')
      update.run(Date.now(), id)
    },
    own: throughGuard(guard),
    async close() {
      database.close()
      await guard.close()
      rmSync(folder, { recursive: true })
    },
  }
}
