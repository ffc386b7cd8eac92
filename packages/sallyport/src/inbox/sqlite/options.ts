import { resolve } from 'node:path'
import { allow } from '../../options/allow.ts'
import { checkOptions, type OptionRules } from '../../options/check-options.ts'
import { invalid } from '../inbox-error.ts'

/** Options of `createSqliteEngine`. */
export interface SqliteEngineOptions {
  /** File of the database; its folder must exist and be on a local disk. Only its owner can read a new file. */
  readonly path: string
  /**
   * How long done events are kept, and their duplicates dropped; milliseconds. Longer than a sender retries, and at least twice
   * the receiver's tolerance: otherwise a captured delivery could be sent again. @default 7 days
   */
  readonly retentionMs?: number | undefined
  /** How long dead events are kept; milliseconds. @default 30 days */
  readonly deadRetentionMs?: number | undefined
  /** Size in bytes, the log included, beyond which storing fails with `INBOX_FULL`. @default 4 GiB */
  readonly maxBytes?: number | undefined
  /** Milliseconds to wait for a lock of another connection. @default 5_000 */
  readonly busyTimeoutMs?: number | undefined
  /**
   * `'as configured'` gives up the promise to survive a power cut, for a store that may be lost. `promises` shows it, and it is
   * printed at start. @default 'power cut'
   */
  readonly durability?: 'power cut' | 'as configured' | undefined
  /**
   * Opens an existing store only to read it, whatever else uses it: nothing is created, migrated, deleted or changed.
   * Storing, handling, replaying and discarding fail with `INBOX_UNSUPPORTED`. @default false
   */
  readonly readOnly?: boolean | undefined
}

/** Options with every default filled in. */
export interface SqliteSettings {
  readonly path: string
  readonly retentionMs: number
  readonly deadRetentionMs: number
  /** Largest size in bytes. */
  readonly maxBytes: number
  /** Milliseconds to wait for another connection's lock. */
  readonly busyTimeoutMs: number
  readonly durability: 'power cut' | 'as configured'
  readonly readOnly: boolean
}

const day = 86_400_000

const rules: OptionRules<SqliteEngineOptions> = {
  path: allow.required(allow.file),
  retentionMs: allow.above0(Infinity),
  deadRetentionMs: allow.above0(Infinity),
  maxBytes: allow.above0(Infinity),
  busyTimeoutMs: allow.above0(Infinity),
  durability: allow.oneOf('power cut', 'as configured'),
  readOnly: allow.flag,
}

/** Fills in defaults. @throws InboxError `INBOX_OPTION_INVALID` */
export function toSettings(options: SqliteEngineOptions): SqliteSettings {
  checkOptions('createSqliteEngine', options, rules, invalid)
  const { retentionMs = 7 * day, deadRetentionMs = 30 * day, maxBytes = 4 * 1024 ** 3, busyTimeoutMs = 5_000 } = options
  const { durability = 'power cut', readOnly = false } = options
  return { path: resolve(options.path), retentionMs, deadRetentionMs, maxBytes, busyTimeoutMs, durability, readOnly }
}
