import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { Pool } from 'pg'
import { durable, startRedisServer } from '../support/inbox/redis-server.ts'
import { createEvents } from './inbox-events.ts'
import { workersOf, type HandledKind, type OpenHandled } from './inbox-handled.ts'
import type { OpenPlace } from './inbox-place.ts'
import type { Place } from './inbox-stores.ts'
import type { Row } from './report.ts'

/** Bytes by what they are in. */
type Sizes = Readonly<Record<string, number>>

/** Bytes per event with a body of 1 KB, while it waits and after it is done, against a store written by hand. */
export async function benchDisk(kind: HandledKind, place: OpenPlace, events: number): Promise<Row[]> {
  const workers = Object.entries(workersOf(kind))
  const [handName, byHand] = workers[0]!
  const [, whole] = workers.at(-1)!
  const rows: Row[] = []
  const floor = await measure(kind, place, { open: byHand, name: 'disk_hand', events })
  const inbox = await measure(kind, place, { open: whole, name: 'disk_inbox', events })
  for (const [what, bytes] of Object.entries(floor)) {
    const name = `${kind}, bytes per event ${what}`
    rows.push({ subject: `floor: ${handName}`, case: name, median: bytes, unit: 'bytes', ratio: 1 })
    rows.push({ subject: 'inbox', case: name, median: inbox[what]!, unit: 'bytes', ratio: inbox[what]! / bytes })
  }
  return rows
}

interface Subject {
  readonly open: OpenHandled
  readonly name: string
  readonly events: number
}

async function measure(kind: HandledKind, place: OpenPlace, subject: Subject): Promise<Sizes> {
  if (kind !== 'Redis') return measureAt(kind, { ...place, schema: place.diskSchema }, subject)
  // Alone in a Redis that keeps its whole log.
  const server = await startRedisServer([...durable, '--auto-aof-rewrite-percentage', '0'])
  try {
    return await measureAt(kind, { ...place, redisUrl: server.url }, subject)
  } finally {
    await server.remove()
  }
}

/** The store is closed each time: SQLite then writes its log into the file. */
async function measureAt(kind: HandledKind, place: Place, { open, name, events }: Subject): Promise<Sizes> {
  const read = (): Promise<Sizes> => readSizes[kind](place, name)
  await (await open(place, name)).stop()
  const empty = await read()
  const filling = await open(place, name)
  await filling.fill(events, createEvents())
  await filling.stop()
  const stored = await read()
  const working = await open(place, name)
  let left = events
  await new Promise<void>((resolve) => {
    void working.work(
      () => {},
      (count) => (left -= count) <= 0 && resolve(),
    )
  })
  await working.stop()
  const done = await read()
  const perEvent = (sizes: Sizes, state: string): [string, number][] =>
    Object.entries(sizes).map(([where, bytes]) => [`${where}, ${state}`, (bytes - empty[where]!) / events])
  return Object.fromEntries([...perEvent(stored, 'stored'), ...perEvent(done, 'done')])
}

const readSizes: Readonly<Record<HandledKind, (place: Place, name: string) => Promise<Sizes>>> = {
  async SQLite({ folder }, name) {
    const sizes = await Promise.all(
      ['', '-wal'].map((end) => stat(join(folder, `${name}.db${end}`)).catch(() => undefined)),
    )
    return { 'on disk': sizes.reduce((sum, file) => sum + (file?.size ?? 0), 0) }
  },
  async PostgreSQL({ databaseUrl, schema }, name) {
    const pool = new Pool({ connectionString: databaseUrl, max: 1 })
    const { rows } = await pool.query<{ bytes: string }>(
      `SELECT sum(pg_total_relation_size(pg_class.oid))::text AS bytes FROM pg_class
       JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE nspname = $1 AND relkind = 'r'`,
      [name.endsWith('hand') ? `${schema}_plain` : schema],
    )
    await pool.end()
    return { 'on disk': Number(rows[0]!.bytes) }
  },
  async Redis({ redisUrl }) {
    const redis = new Redis(redisUrl)
    const text = (await redis.info('memory')) + (await redis.info('persistence'))
    redis.disconnect()
    const find = (name: string): number => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(text)![1])
    return { 'in memory': find('used_memory'), 'in its log': find('aof_current_size') }
  },
}
