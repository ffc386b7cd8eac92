import type { RedisOptions } from 'ioredis'
import { allow } from '../../options/allow.ts'
import { checkOptions, type OptionRules } from '../../options/check-options.ts'
import { invalid } from '../inbox-error.ts'
import { withDefaults, type Filled } from '../with-defaults.ts'

/** Options of `createBullMqEngine`. */
export interface BullMqEngineOptions {
  /** A `redis://` or `rediss://` URL, or options of `ioredis`; the engine overrides those it must set itself. */
  readonly connection: string | RedisOptions
  /** Name of the BullMQ queue; one inbox is one queue. @default 'inbox' */
  readonly queue?: string | undefined
  /** Prefix of every key; the braces keep them on one node of a cluster. @default '{sallyport}' */
  readonly prefix?: string | undefined
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
   * `'as configured'` gives up the promise to survive a power cut, for a Redis that may be lost or whose settings cannot be read.
   * `promises` shows it, and it is printed at start. @default 'power cut'
   */
  readonly durability?: 'power cut' | 'as configured' | undefined
  /**
   * Part of `maxmemory` at which storing fails with `INBOX_FULL`. Consumers need the rest: a full Redis cannot handle events
   * either. @default 0.9
   */
  readonly fullAt?: number | undefined
  /**
   * Replicas that must have received an event before it counts as stored; the wait is at most a second. Redis answers before its
   * replicas have a write, so one that takes over may lack what was acknowledged. @default 0
   */
  readonly replicas?: number | undefined
  /** Milliseconds to wait for an answer of Redis. @default 5_000 */
  readonly timeoutMs?: number | undefined
  /**
   * Milliseconds for which a consumer holds an event before it must renew its lock. Events of a process that died are retried
   * after at most twice as long. @default 30_000
   */
  readonly lockMs?: number | undefined
  /** Milliseconds between two rounds of deleting what is past its retention. @default 30_000 */
  readonly upkeepMs?: number | undefined
}

const day = 86_400_000

const defaults = {
  queue: 'inbox',
  prefix: '{sallyport}',
  create: true,
  readOnly: false,
  retentionMs: 7 * day,
  deadRetentionMs: 30 * day,
  durability: 'power cut',
  fullAt: 0.9,
  replicas: 0,
  timeoutMs: 5_000,
  lockMs: 30_000,
  upkeepMs: 30_000,
} as const satisfies Partial<BullMqEngineOptions>

const rules: OptionRules<BullMqEngineOptions> = {
  connection: allow.required({
    ...allow.secret(allow.either(allow.filled, allow.record)),
    allowed: 'a redis:// URL, or options of ioredis',
  }),
  queue: { allowed: 'a name without ":"', accepts: (value) => typeof value === 'string' && /^[^:]+$/.test(value) },
  prefix: allow.text,
  create: allow.flag,
  readOnly: allow.flag,
  retentionMs: allow.above0(Infinity),
  deadRetentionMs: allow.above0(Infinity),
  durability: allow.oneOf('power cut', 'as configured'),
  fullAt: allow.above0(1),
  replicas: allow.integer(0),
  timeoutMs: allow.above0(Infinity),
  lockMs: allow.above0(Infinity),
  upkeepMs: allow.above0(Infinity),
}

/** Options with every default filled in. */
export type BullMqSettings = Filled<BullMqEngineOptions>

/** Fills in defaults. @throws InboxError `INBOX_OPTION_INVALID` */
export function toSettings(options: BullMqEngineOptions): BullMqSettings {
  checkOptions('createBullMqEngine', options, rules, invalid)
  const settings: BullMqSettings = withDefaults(options, defaults, rules)
  const { connection } = settings
  if (typeof connection === 'object' && connection.keyPrefix)
    invalid('createBullMqEngine: connection.keyPrefix does not work with BullMQ; use prefix')
  return settings
}

/** The place of the queue, without user and password. */
export function describePlace({ connection, prefix, queue }: BullMqSettings): string {
  return `${describeConnection(connection)}, ${prefix}:${queue}`
}

function describeConnection(connection: string | RedisOptions): string {
  if (typeof connection === 'string') return URL.canParse(connection) ? new URL(connection).host : 'a socket'
  if (connection.sentinels) return `sentinel group ${connection.name ?? ''}`
  return connection.path ?? `${connection.host ?? 'localhost'}:${connection.port ?? 6379}`
}
