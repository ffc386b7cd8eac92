import { hasPostgresServer } from '../support/inbox/postgres-server.ts'
import { hasRedisServer } from '../support/inbox/redis-server.ts'
import { openPostgresStore } from './stores/postgres.ts'
import { openRedisStore } from './stores/redis.ts'
import { openSqliteStore } from './stores/sqlite.ts'
import type { SoakStore } from './stores/store.ts'

const engines: ReadonlyMap<string, { openStore(): Promise<SoakStore>; isPossible(): boolean }> = new Map([
  ['sqlite', { openStore: openSqliteStore, isPossible: () => true }],
  ['pg-boss', { openStore: openPostgresStore, isPossible: () => hasPostgresServer('the soak of pg-boss') }],
  ['bullmq', { openStore: openRedisStore, isPossible: () => hasRedisServer('the soak of BullMQ') }],
])

export const engineNames: readonly string[] = [...engines.keys()]

/** Stores of these engines; of those that cannot run here it says so and leaves them out. */
export function findStores(names: readonly string[]): ReadonlyMap<string, () => Promise<SoakStore>> {
  const chosen = [...engines].filter(([name, { isPossible }]) => names.includes(name) && isPossible())
  return new Map(chosen.map(([name, { openStore }]) => [name, openStore]))
}
