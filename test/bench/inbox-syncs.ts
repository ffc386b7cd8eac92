import { fork } from 'node:child_process'
import { once } from 'node:events'
import { Pool } from 'pg'
import type { Power } from '../support/inbox/redis-power.ts'
import { createEvents, storeBy } from './inbox-events.ts'
import { stores, type Place, type StoreName } from './inbox-stores.ts'
import { median } from './measure.ts'

/** Number of events and of clients. */
export const burst = { events: 500, clients: 50 } as const

/** Stores one burst after a small warm-up burst. */
async function storeBurst(name: StoreName, place: Place, countSyncs: () => number): Promise<number> {
  const store = await stores[name](place)
  try {
    const makeEvent = createEvents()
    await storeBy(burst.clients, store, makeEvent, (begun) => begun >= burst.clients)
    const before = countSyncs()
    await storeBy(burst.clients, store, makeEvent, (begun) => begun >= burst.events)
    return countSyncs() - before
  } finally {
    await store.stop()
  }
}

/** Syncs of every file of a Redis that runs on the sync log. */
export async function countRedisSyncs(name: StoreName, place: Place, power: Power, rounds: number): Promise<number> {
  const counts: number[] = []
  for (let round = 0; round < rounds; round++) counts.push(await storeBurst(name, place, power.countSyncs))
  return median(counts)
}

/** Syncs of every file of a process that only stores; the counting library must be preloaded. */
export async function countOwnSyncs(name: StoreName, place: Place, power: Power, rounds: number): Promise<number> {
  const child = fork(new URL('inbox-syncs-probe.ts', import.meta.url), [name, JSON.stringify(place)], {
    env: { ...process.env, ...power.environment },
  })
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the process that counts syncs ended with ${code}`)
  })
  ended.catch(() => {})
  const tell = async (message: string): Promise<void> => {
    const answer = once(child, 'message')
    child.send(message)
    await Promise.race([answer, ended])
  }
  try {
    const counts: number[] = []
    await tell('warm up')
    for (let round = 0; round < rounds; round++) {
      const before = power.countSyncs()
      await tell('burst')
      counts.push(power.countSyncs() - before)
    }
    return median(counts)
  } finally {
    child.disconnect()
    await ended.catch(() => {})
  }
}

/**
 * Syncs of PostgreSQL's log. Connections report their statistics at the latest when they end. So a burst counts from opening
 * to closing, minus the syncs of opening and closing alone. Writes of other clients to this server are counted as well.
 */
export async function countPostgresSyncs(name: StoreName, place: Place, rounds: number): Promise<number> {
  const pool = new Pool({ connectionString: place.databaseUrl, max: 1 })
  const readSyncs = async (): Promise<number> => {
    const { rows } = await pool.query<{ syncs: string }>(toCountSql(await readVersion(pool)))
    return Number(rows[0]!.syncs)
  }
  const countWith = async (events: number): Promise<number> => {
    const before = await readSyncs()
    const store = await stores[name](place)
    await storeBy(burst.clients, store, createEvents(), (begun) => begun >= events)
    await store.stop()
    await untilAlone(pool, place)
    return (await readSyncs()) - before
  }
  try {
    await countWith(0)
    const counts: number[] = []
    for (let round = 0; round < rounds; round++) counts.push((await countWith(burst.events)) - (await countWith(0)))
    return Math.max(1, median(counts))
  } finally {
    await pool.end()
  }
}

async function readVersion(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ version: string }>(`SELECT current_setting('server_version_num') AS version`)
  return Number(rows[0]!.version)
}

function toCountSql(version: number): string {
  return version >= 180_000
    ? `SELECT sum(fsyncs)::text AS syncs FROM pg_stat_io WHERE object = 'wal'`
    : 'SELECT wal_sync::text AS syncs FROM pg_stat_wal'
}

/** Processes of closed connections take a moment to end. */
async function untilAlone(pool: Pool, { schema }: Place): Promise<void> {
  for (let tried = 0; tried < 100; tried++) {
    const { rows } = await pool.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name = $1 AND pid <> pg_backend_pid()`,
      [schema],
    )
    if (rows[0]!.count === 0) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
