import { InboxError } from '../inbox-error.ts'
import type { PgPool } from './postgres.ts'

/** Options of `createPgBossEngine`. */
export type PgBossEngineOptions = PgBossConnection & {
  /** Schema of the tables, pg-boss's included; that of your own pg-boss shows the events in its tools. @default 'sallyport' */
  readonly schema?: string
  /** pg-boss's queue; inboxes of one schema are told apart by it. @default 'inbox' */
  readonly queue?: string
  /** `false` opens an inbox that is there and makes none, for whoever looks from outside. @default true */
  readonly create?: boolean
  /** How long done events are kept, and their duplicates dropped; milliseconds. @default 7 days */
  readonly retentionMs?: number
  /** How long dead events are kept; milliseconds. @default 30 days */
  readonly deadRetentionMs?: number
  /**
   * `'as configured'` gives up the promise to survive a power cut, for databases that can be lost; it is said in
   * `promises` and printed at start. @default 'power cut'
   */
  readonly durability?: 'power cut' | 'as configured'
  /**
   * Milliseconds after which the events of a worker that was not heard of run again; the same in every process, and longer
   * than handlers hold up the event loop. @default 30_000
   */
  readonly leaseMs?: number
  /** Milliseconds between two looks for events that other processes accepted. @default 500 */
  readonly pollMs?: number
  /** Milliseconds after which a connection that does not answer is given up. @default 10_000 */
  readonly timeoutMs?: number
}

/** Where the database is. */
export type PgBossConnection =
  | {
      /** `postgres://…`, by which a pool is opened; needs the package `pg`. */
      readonly connectionString: string
      /** Connections of that pool; pg-boss takes up to two beside it for its maintenance. @default 10 */
      readonly maxConnections?: number
      readonly db?: never
    }
  | {
      /** A pool of yours, which you end yourself, after the inbox is stopped. */
      readonly db: PgPool
      readonly connectionString?: never
      readonly maxConnections?: never
    }

const day = 86_400_000

const defaults = {
  schema: 'sallyport',
  queue: 'inbox',
  create: true,
  retentionMs: 7 * day,
  deadRetentionMs: 30 * day,
  durability: 'power cut',
  leaseMs: 30_000,
  pollMs: 500,
  timeoutMs: 10_000,
} as const

/** Options with their defaults. */
export type PgBossSettings = PgBossConnection & Required<Omit<PgBossEngineOptions, keyof PgBossConnection>>

/** Fills in defaults. @throws InboxError `INBOX_OPTION_INVALID` */
export function toSettings(options: PgBossEngineOptions): PgBossSettings {
  const settings: PgBossSettings = { ...defaults, ...options }
  const check = (isSound: boolean, detail: string): void => {
    if (!isSound) throw new InboxError('INBOX_OPTION_INVALID', detail)
  }
  check(
    (options.db === undefined) !== (options.connectionString === undefined),
    'one of connectionString and db is needed',
  )
  // Goes into statements as it is; PostgreSQL folds other names or cuts them.
  check(/^[a-z_][a-z0-9_]{0,39}$/.test(settings.schema), 'schema must be a lower-case name of at most 40 characters')
  check(/^[\w.\-/]{1,200}$/.test(settings.queue), 'queue must be of letters, digits and _ . - /')
  check(settings.retentionMs > 0 && settings.deadRetentionMs > 0, 'retentionMs and deadRetentionMs must be above 0')
  check(settings.leaseMs >= 500, 'leaseMs must be at least 500')
  check(settings.pollMs >= 10, 'pollMs must be at least 10')
  check(settings.timeoutMs > 0, 'timeoutMs must be above 0')
  return settings
}
