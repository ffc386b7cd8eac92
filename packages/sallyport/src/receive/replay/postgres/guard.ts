import { createSharedGuard, type SharedReplayGuard } from '../shared/shared-guard.ts'
import { toSettings, type PostgresReplayGuardOptions } from './options.ts'
import { createPostgresStore } from './store.ts'

export type { PgClient, PgPool, PgTransaction } from '../../../inbox/pg-boss/postgres.ts'
export type { PostgresReplayGuardOptions } from './options.ts'
export type { SharedReplayGuard } from '../shared/shared-guard.ts'

/**
 * A replay guard for several processes, in a table of PostgreSQL 13 or newer: one row per event, claimed by one statement. The clock of
 * PostgreSQL decides when claims and events end. Works behind PgBouncer, in transaction mode too. Without an answer of PostgreSQL the
 * sender gets 503, never a pass.
 *
 * @throws SallyportError `OPTION_INVALID`; from `ready` `REPLAY_GUARD_FAILED`
 * @example
 * const replayGuard = createPostgresReplayGuard({ pool: new Pool({ connectionString }), namespace: 'shop' })
 * const receiver = createReceiver(stripe(), { secret, replayGuard })
 */
export function createPostgresReplayGuard(options: PostgresReplayGuardOptions): SharedReplayGuard {
  const settings = toSettings(options)
  return createSharedGuard(createPostgresStore(settings), settings.namespace, settings)
}
