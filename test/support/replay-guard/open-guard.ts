import type { ReplayGuard } from 'sallyport'
import { createPostgresReplayGuard } from 'sallyport/replay-guard/postgres'
import { createRedisReplayGuard } from 'sallyport/replay-guard/redis'
import { createSqliteReplayGuard } from 'sallyport/replay-guard/sqlite'
import { Redis } from 'ioredis'
import { Pool } from 'pg'
import { createClient } from 'redis'

/** Where a guard keeps its events; crosses to other processes as JSON. */
export type GuardPlace =
  | { readonly kind: 'ioredis' | 'node-redis'; readonly url: string; readonly namespace: string }
  | { readonly kind: 'postgres'; readonly url: string; readonly schema: string }
  | { readonly kind: 'sqlite'; readonly path: string }

/** Opens a guard with a short lease. */
export async function openGuard(place: GuardPlace, leaseMs = 1_500): Promise<{ guard: ReplayGuard; close(): unknown }> {
  // A busy machine takes its time.
  const times = { leaseMs, timeoutMs: 20_000 }
  if (place.kind === 'sqlite') {
    const guard = createSqliteReplayGuard({ path: place.path, ...times })
    return { guard, close: () => guard.close() }
  }
  if (place.kind === 'postgres') {
    const pool = new Pool({ connectionString: place.url, max: 4 })
    const { schema } = place
    return { guard: createPostgresReplayGuard({ pool, namespace: 'test', schema, ...times }), close: () => pool.end() }
  }
  const { namespace } = place
  if (place.kind === 'ioredis') {
    const client = new Redis(place.url)
    return { guard: createRedisReplayGuard({ client, namespace, ...times }), close: () => client.disconnect() }
  }
  const client = createClient({ url: place.url })
  await client.connect()
  return { guard: createRedisReplayGuard({ client, namespace, ...times }), close: () => client.destroy() }
}
