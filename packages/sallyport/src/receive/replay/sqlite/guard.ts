import { createSharedGuard, type SharedReplayGuard } from '../shared/shared-guard.ts'
import { toSettings, type SqliteReplayGuardOptions } from './options.ts'
import { createSqliteStore } from './store.ts'

export type { SqliteReplayGuardOptions } from './options.ts'
export type { SharedReplayGuard } from '../shared/shared-guard.ts'

/** What `createSqliteReplayGuard` returns. */
export interface SqliteReplayGuard extends SharedReplayGuard {
  /** Closes the file. Call it when the receiver has settled; a later claim opens the file again. */
  close(): Promise<void>
}

/**
 * A replay guard for the processes of one machine, in a file of SQLite through `node:sqlite`. What it remembers survives the
 * processes; a power cut may take the latest seconds. While another process keeps the file locked the sender gets 503, never a pass.
 *
 * @throws SallyportError `OPTION_INVALID`; from `ready` `REPLAY_GUARD_FAILED`
 * @example
 * const replayGuard = createSqliteReplayGuard({ path: 'handled.db' })
 * const receiver = createReceiver(stripe(), { secret, replayGuard })
 */
export function createSqliteReplayGuard(options: SqliteReplayGuardOptions): SqliteReplayGuard {
  const settings = toSettings(options)
  const store = createSqliteStore(settings)
  return { ...createSharedGuard(store, '', settings), close: store.close }
}
