import { resolve } from 'node:path'
import { allow } from '../../../options/allow.ts'
import { checkOptions, type OptionRules } from '../../../options/check-options.ts'
import { sharedRules, toSharedSettings, type SharedReplayGuardOptions, type SharedSettings } from '../shared/options.ts'

/** Options of `createSqliteReplayGuard`. */
export interface SqliteReplayGuardOptions extends SharedReplayGuardOptions {
  /**
   * File of the guard, and of nothing else; its folder must exist and be on a local disk. Only its owner can read a new file.
   * Processes with the same file share their events: give each application its own.
   */
  readonly path: string
  /**
   * Most events in the file, about 150 bytes each. When full, the guard forgets the oldest events that no replay needs, and answers
   * 503 `REPLAY_GUARD_FULL` if there are none. @default 10_000_000
   */
  readonly capacity?: number | undefined
}

const rules: OptionRules<SqliteReplayGuardOptions> = {
  path: allow.required(allow.file),
  capacity: allow.integer(1),
  ...sharedRules,
}

/** Options with every default filled in. */
export interface SqliteSettings extends SharedSettings {
  readonly path: string
  readonly capacity: number
}

/** Fills in defaults. @throws SallyportError `OPTION_INVALID` */
export function toSettings(options: SqliteReplayGuardOptions): SqliteSettings {
  checkOptions('createSqliteReplayGuard', options, rules)
  const { path, capacity = 10_000_000 } = options
  return { path: resolve(path), capacity, ...toSharedSettings(options) }
}
