import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { administer, databaseUrl, hasDatabase, ownName } from '../support/inbox/pg-boss-database.ts'
import { canCutPower, createPower, type Power } from '../support/inbox/redis-power.ts'
import { durable, hasRedisServer, startRedisServer } from '../support/inbox/redis-server.ts'
import type { Place } from './inbox-stores.ts'

/** A place for every store available here. */
export interface OpenPlace extends Place {
  /** What is not available, and why. */
  readonly missing: { readonly PostgreSQL?: string; readonly Redis?: string; readonly syncs?: string }
  /** A second schema, whose size is measured. */
  readonly diskSchema: string
  /** Makes a counter for the syncs of a process. */
  createPower(): Power
  /** Counts the syncs of Redis. */
  readonly redisPower: Power | undefined
  /** Ends and removes everything. */
  remove(): Promise<void>
}

/** Finds PostgreSQL, and starts a Redis that syncs its log before it answers. */
export async function openPlace(): Promise<OpenPlace> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'))
  const schema = ownName('bench')
  const diskSchema = `${schema}d`
  const isCounted = canCutPower('the syncs of SQLite and of Redis are not counted')
  const redisPower = isCounted ? createPower() : undefined
  const hasPostgres = await hasDatabase()
  const redis = hasRedisServer('the bench of the Redis engine')
    ? await startRedisServer(durable, redisPower)
    : undefined
  let removing: Promise<void> | undefined

  async function remove(): Promise<void> {
    await redis?.remove()
    if (hasPostgres) {
      const schemas = [schema, diskSchema].flatMap((name) => [name, `${name}_plain`])
      await administer(...schemas.map((name) => `DROP SCHEMA IF EXISTS ${name} CASCADE`))
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
  }

  const place = {
    folder,
    schema,
    diskSchema,
    databaseUrl: named(databaseUrl, schema),
    redisUrl: redis?.url ?? '',
    queue: 'bench',
    missing: {
      ...(hasPostgres ? undefined : { PostgreSQL: 'no PostgreSQL at DATABASE_URL, or where it is by default' }),
      ...(redis ? undefined : { Redis: 'redis-server is not installed' }),
      ...(isCounted ? undefined : { syncs: 'no C compiler, or no Linux' }),
    },
    createPower,
    redisPower,
    remove: () => (removing ??= remove()),
  }
  // Clean up even after Ctrl-C. A signal to the whole group arrives twice: npm passes it on.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => void place.remove().finally(() => process.exit(1)))
  }
  return place
}

function named(url: string, application: string): string {
  const own = new URL(url)
  own.searchParams.set('application_name', application)
  return own.href
}
