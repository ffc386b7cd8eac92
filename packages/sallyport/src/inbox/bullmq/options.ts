import type { RedisOptions } from 'ioredis'
import { InboxError } from '../inbox-error.ts'

/** Options of `createBullMqEngine`. */
export interface BullMqEngineOptions {
  /** A `redis://` or `rediss://` URL, or options of `ioredis`. What the engine must set itself, it overrides. */
  readonly connection: string | RedisOptions
  /** Name of the BullMQ queue; one inbox is one queue. @default 'inbox' */
  readonly queue?: string
  /** What all its keys begin with; the braces keep them on one node of a cluster. @default '{sallyport}' */
  readonly prefix?: string
  /** `false` opens an inbox that is there and makes none, for whoever looks from outside. @default true */
  readonly create?: boolean
  /** How long done events are kept, and their duplicates dropped; milliseconds. @default 7 days */
  readonly retentionMs?: number
  /** How long dead events are kept; milliseconds. @default 30 days */
  readonly deadRetentionMs?: number
  /**
   * `'as configured'` gives up the promise to survive a power cut, for a Redis that can be lost or does not let its settings
   * be read; it is said in `promises` and printed at start. @default 'power cut'
   */
  readonly durability?: 'power cut' | 'as configured'
  /**
   * Part of `maxmemory` at which accepting ends with `INBOX_FULL`. What is left is what workers need: in a Redis that is full
   * no event can be handled either. @default 0.9
   */
  readonly fullAt?: number
  /** Milliseconds Redis may take for one answer. @default 5_000 */
  readonly timeoutMs?: number
  /**
   * Milliseconds for which a worker holds an event before it must say that it lives. Events of a worker that died run again
   * after at most twice as long. @default 30_000
   */
  readonly lockMs?: number
  /** Milliseconds between two rounds of forgetting what is past its retention. @default 30_000 */
  readonly upkeepMs?: number
}

const day = 86_400_000

const defaults = {
  queue: 'inbox',
  prefix: '{sallyport}',
  create: true,
  retentionMs: 7 * day,
  deadRetentionMs: 30 * day,
  durability: 'power cut',
  fullAt: 0.9,
  timeoutMs: 5_000,
  lockMs: 30_000,
  upkeepMs: 30_000,
} as const satisfies Partial<BullMqEngineOptions>

/** Options with every default filled in. */
export type BullMqSettings = {
  readonly [Name in keyof Required<BullMqEngineOptions>]: Exclude<BullMqEngineOptions[Name], undefined>
}

/** Fills in defaults. @throws InboxError `INBOX_OPTION_INVALID` */
export function toSettings(options: BullMqEngineOptions): BullMqSettings {
  const settings: BullMqSettings = { ...defaults, ...options }
  for (const name of ['retentionMs', 'deadRetentionMs', 'timeoutMs', 'lockMs', 'upkeepMs'] as const) {
    if (!(settings[name] > 0)) throw new InboxError('INBOX_OPTION_INVALID', `${name} must be above 0`)
  }
  if (!(settings.fullAt > 0 && settings.fullAt <= 1))
    throw new InboxError('INBOX_OPTION_INVALID', 'fullAt must be above 0 and at most 1')
  if (!/^[^:]+$/.test(settings.queue)) throw new InboxError('INBOX_OPTION_INVALID', 'queue must be a name without ":"')
  const { connection } = settings
  if (typeof connection === 'object' && connection.keyPrefix) {
    throw new InboxError('INBOX_OPTION_INVALID', 'BullMQ works without keyPrefix: use prefix')
  }
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
