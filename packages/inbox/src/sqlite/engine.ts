import { resolve } from 'node:path'
import type { Engine } from '../engine.ts'
import { InboxError } from '../inbox-error.ts'
import { createConsumer, type Consumer } from './consumer.ts'
import { createClient, type Client } from './client.ts'

/** Options of `createSqliteEngine`. */
export interface SqliteEngineOptions {
  /** File of the database; its folder must exist and be on a local disk. */
  readonly path: string
  /** How long done events are kept, and their duplicates dropped; milliseconds. @default 7 days */
  readonly retentionMs?: number
  /** How long dead events are kept; milliseconds. @default 30 days */
  readonly deadRetentionMs?: number
  /** Largest size of the database in bytes; beyond it, accepting fails with `INBOX_FULL`. @default 4 GiB */
  readonly maxBytes?: number
  /** Milliseconds to wait for a lock of another connection. @default 5_000 */
  readonly busyTimeoutMs?: number
  /** `false` only accepts and looks: the events are handled by another process. @default true */
  readonly isWorker?: boolean
  /**
   * `'as configured'` gives up the promise to survive a power cut, for stores that can be lost; it is said in `promises`
   * and printed at start. @default 'power cut'
   */
  readonly durability?: 'power cut' | 'as configured'
}

const day = 86_400_000
const pruneEveryMs = 60_000

/**
 * The embedded engine: SQLite through `node:sqlite`, write-ahead log, `synchronous=FULL`, group commit on a thread of its own,
 * one process at work.
 *
 * @throws InboxError `INBOX_UNSUPPORTED`, `INBOX_SETTINGS_WEAK`, `INBOX_LOCKED`, `INBOX_SCHEMA_NEWER` from `start`
 * @example
 * const inbox = createInbox({ engine: createSqliteEngine({ path: 'events.db', maxBytes: 1e9 }) })
 */
export function createSqliteEngine(options: SqliteEngineOptions): Engine {
  const { retentionMs = 7 * day, deadRetentionMs = 30 * day, maxBytes = 4 * 1024 ** 3 } = options
  const { busyTimeoutMs = 5_000, isWorker = true, durability = 'power cut' } = options
  const path = resolve(options.path)
  const synchronous = durability === 'power cut' ? 'FULL' : 'NORMAL'
  let client: Client | undefined
  let consumer: Consumer | undefined
  let pruning: NodeJS.Timeout | undefined

  function opened(): Client {
    if (client === undefined) throw new InboxError('INBOX_STOPPED', 'it was not started')
    return client
  }

  async function prune(): Promise<void> {
    const pruned = await opened().ask<number>({ kind: 'prune', retentionMs, deadRetentionMs })
    if (pruned > 0) await prune()
  }

  return {
    name: `SQLite, ${path}`,
    promises: {
      durability,
      dedupe: `while done events are kept: ${retentionMs / day} days`,
      order: ['none', 'serial', 'strict'],
      transactions: false,
      distributed: false,
    },
    async start() {
      if (durability !== 'power cut') console.warn(`sallyport: the inbox ${path} does not survive a power cut, as configured`)
      client ??= createClient({ settings: { path, synchronous, maxBytes, busyTimeoutMs }, isWorker })
      try {
        await client.ask({ kind: isWorker ? 'recover' : 'stats' })
      } catch (error) {
        await client.close()
        client = undefined
        throw error
      }
      // The next round tries again what one round could not.
      pruning = setInterval(() => void prune().catch(() => {}), pruneEveryMs)
      pruning.unref()
    },
    async accept(batch) {
      const answers = await opened().ask<readonly ('stored' | 'duplicate')[]>({ kind: 'accept', events: batch })
      consumer?.wake()
      return answers
    },
    async consume(run, consumeOptions) {
      if (!isWorker) throw new InboxError('INBOX_OPTION_INVALID', 'this engine was made with isWorker: false')
      consumer = createConsumer(opened(), run, consumeOptions)
      consumer.wake()
    },
    list: (filter, page) => opened().ask({ kind: 'list', filter, page }),
    get: (key) => opened().ask({ kind: 'get', key }),
    async replay(filter) {
      const count = await opened().ask<number>({ kind: 'replay', filter })
      consumer?.wake()
      return count
    },
    async discard(filter) {
      const count = await opened().ask<number>({ kind: 'discard', filter })
      consumer?.wake()
      return count
    },
    stats: () => opened().ask({ kind: 'stats' }),
    async stop({ drainMs }) {
      clearInterval(pruning)
      await consumer?.stop(drainMs)
      await client?.close()
      client = undefined
      consumer = undefined
    },
  }
}
