import { allow, type OptionRule } from '../../options/allow.ts'
import { checkOptions, type OptionRules } from '../../options/check-options.ts'
import { invalid } from '../inbox-error.ts'
import { withDefaults, type Filled } from '../with-defaults.ts'
import type { PgPool } from './postgres.ts'

/** Options of `createPgBossEngine`. */
export type PgBossEngineOptions = PgBossConnection & {
  /** Schema of the tables, pg-boss's included; that of your own pg-boss shows the events in its tools. @default 'sallyport' */
  readonly schema?: string | undefined
  /** pg-boss's queue; one inbox is one queue of a schema. @default 'inbox' */
  readonly queue?: string | undefined
  /** `false` opens only an existing inbox, to look at it from another process. @default true */
  readonly create?: boolean | undefined
  /**
   * Opens an existing inbox only to read it, whatever else uses it: nothing is created, migrated, deleted or changed.
   * Storing, handling, replaying and discarding fail with `INBOX_UNSUPPORTED`. @default false
   */
  readonly readOnly?: boolean | undefined
  /** How long done events are kept, and their duplicates dropped; milliseconds. @default 7 days */
  readonly retentionMs?: number | undefined
  /** How long dead events are kept; milliseconds. @default 30 days */
  readonly deadRetentionMs?: number | undefined
  /**
   * `'as configured'` gives up the promise to survive a power cut, for a database that may be lost. `promises` shows it, and it
   * is printed at start. @default 'power cut'
   */
  readonly durability?: 'power cut' | 'as configured' | undefined
  /**
   * Milliseconds after which another process retries the events of a process that renewed no lease. The same in every process,
   * and longer than handlers block the event loop. @default 30_000
   */
  readonly leaseMs?: number | undefined
  /** Milliseconds between two looks for events that other processes stored. @default 500 */
  readonly pollMs?: number | undefined
  /** Milliseconds after which a connection that does not answer is closed. @default 10_000 */
  readonly timeoutMs?: number | undefined
}

/** Where the database is. */
export type PgBossConnection =
  | {
      /** `postgres://…`, from which the engine opens a pool; needs the package `pg`. */
      readonly connectionString: string
      /** Connections of that pool; pg-boss opens up to two more for its maintenance, and reading up to two. @default 10 */
      readonly maxConnections?: number | undefined
      readonly db?: undefined
    }
  | {
      /** Your own pool, which you end yourself, after the inbox is stopped. */
      readonly db: PgPool
      readonly connectionString?: undefined
      readonly maxConnections?: undefined
    }

const day = 86_400_000

const defaults = {
  schema: 'sallyport',
  queue: 'inbox',
  create: true,
  readOnly: false,
  retentionMs: 7 * day,
  deadRetentionMs: 30 * day,
  durability: 'power cut',
  leaseMs: 30_000,
  pollMs: 500,
  timeoutMs: 10_000,
} as const

const named = (allowed: string, form: RegExp): OptionRule => ({
  allowed,
  accepts: (value) => typeof value === 'string' && form.test(value),
})

/** The rule for the schema's name. It is part of statements; PostgreSQL folds or cuts other names. */
export const schemaRule = named(
  'at most 40 lower-case letters, digits and _, not beginning with a digit',
  /^[a-z_][a-z0-9_]{0,39}$/,
)
export const poolRule: OptionRule = allow.having('a pool of pg', 'connect')

const rules: OptionRules<PgBossEngineOptions> = {
  connectionString: allow.secret(allow.filled),
  maxConnections: allow.integer(1),
  db: poolRule,
  schema: schemaRule,
  queue: named('at most 200 letters, digits and _ . - /', /^[\w.\-/]{1,200}$/),
  create: allow.flag,
  readOnly: allow.flag,
  retentionMs: allow.above0(Infinity),
  deadRetentionMs: allow.above0(Infinity),
  durability: allow.oneOf('power cut', 'as configured'),
  leaseMs: allow.number(500),
  pollMs: allow.number(10),
  timeoutMs: allow.above0(Infinity),
}

/** Options with every default filled in. */
export type PgBossSettings = PgBossConnection & Filled<Omit<PgBossEngineOptions, keyof PgBossConnection>>

/** Fills in defaults. @throws InboxError `INBOX_OPTION_INVALID` */
export function toSettings(options: PgBossEngineOptions): PgBossSettings {
  checkOptions('createPgBossEngine', options, rules, invalid)
  const settings = withDefaults(options, defaults, rules) as PgBossSettings
  if ((options.db === undefined) === (options.connectionString === undefined))
    invalid('createPgBossEngine: set either connectionString or db')
  return settings
}
