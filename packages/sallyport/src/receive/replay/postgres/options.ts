import { allow } from '../../../options/allow.ts'
import { checkOptions, type OptionRules } from '../../../options/check-options.ts'
import { poolRule, schemaRule } from '../../../inbox/pg-boss/options.ts'
import type { PgPool } from '../../../inbox/pg-boss/postgres.ts'
import {
  namespaceRule,
  sharedRules,
  toSharedSettings,
  type SharedReplayGuardOptions,
  type SharedSettings,
} from '../shared/options.ts'

/** Options of `createPostgresReplayGuard`. */
export interface PostgresReplayGuardOptions extends SharedReplayGuardOptions {
  /** Your own `Pool` of `pg`, which you end yourself. */
  readonly pool: PgPool
  /**
   * Name of your application: processes with the same one share their events. Two applications that get the same events need two
   * names, or each event reaches only one of them.
   */
  readonly namespace: string
  /** Schema of the table `replay_guard`; both are created if missing. @default 'sallyport' */
  readonly schema?: string | undefined
  /**
   * Most events in the table, about 200 bytes each; of more than 10,000 an estimate. When full, the guard forgets the oldest
   * events that no replay needs, and answers 503 `REPLAY_GUARD_FULL` if there are none. @default 10_000_000
   */
  readonly capacity?: number | undefined
}

const rules: OptionRules<PostgresReplayGuardOptions> = {
  pool: allow.required(poolRule),
  namespace: namespaceRule,
  schema: schemaRule,
  capacity: allow.integer(1),
  ...sharedRules,
}

/** Options with every default filled in. */
export interface PostgresSettings extends SharedSettings {
  readonly pool: PgPool
  readonly namespace: string
  readonly schema: string
  readonly capacity: number
}

/** Fills in defaults. @throws SallyportError `OPTION_INVALID` */
export function toSettings(options: PostgresReplayGuardOptions): PostgresSettings {
  checkOptions('createPostgresReplayGuard', options, rules)
  const { pool, namespace, schema = 'sallyport', capacity = 10_000_000 } = options
  return { pool, namespace, schema, capacity, ...toSharedSettings(options) }
}
