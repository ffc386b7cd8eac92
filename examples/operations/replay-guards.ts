import { Pool } from 'pg'
import { createClient } from 'redis'
import { createPostgresReplayGuard } from 'sallyport/replay-guard/postgres'
import { createRedisReplayGuard } from 'sallyport/replay-guard/redis'
import { createSqliteReplayGuard } from 'sallyport/replay-guard/sqlite'

export async function createGuards({ databaseUrl, redisUrl, path, namespace, schema }: Places) {
  // #region node-redis
  const client = createClient({ url: redisUrl, pingInterval: 10_000 })
  client.on('error', (error: Error) => console.error('Redis:', error.message))
  await client.connect()
  const inRedis = createRedisReplayGuard({ client, namespace })
  // #endregion node-redis

  // #region postgres
  const pool = new Pool({ connectionString: databaseUrl, keepAlive: true })
  const inPostgres = createPostgresReplayGuard({ pool, namespace, schema })
  // #endregion postgres

  // #region sqlite
  const inSqlite = createSqliteReplayGuard({ path })
  // #endregion sqlite

  return {
    guards: [inRedis, inPostgres, inSqlite],
    async close() {
      client.destroy()
      await pool.end()
      await inSqlite.close()
    },
  }
}

interface Places {
  readonly databaseUrl: string
  readonly redisUrl: string
  /** File of the database. */
  readonly path: string
  readonly namespace: string
  readonly schema: string
}
