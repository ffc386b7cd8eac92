import { resolve } from 'node:path'
import type { Engine } from '../engine.ts'
import { InboxError } from '../inbox-error.ts'
import { createConsumer, type Consumer } from './consumer.ts'
import { createClient, type Client } from './client.ts'
import { isWrite } from './execute.ts'
import type { Command } from './protocol.ts'
import { createPruner, type Pruner } from './pruner.ts'
import { toRow } from './rows.ts'

/** Options of `createSqliteEngine`. */
export interface SqliteEngineOptions {
  /** File of the database; its folder must exist and be on a local disk. A new file can be read by its owner only. */
  readonly path: string
  /**
   * How long done events are kept, and their duplicates dropped; milliseconds. Longer than a sender tries, and at least twice
   * the receivers' tolerance: a captured delivery could be sent again otherwise. @default 7 days
   */
  readonly retentionMs?: number
  /** How long dead events are kept; milliseconds. @default 30 days */
  readonly deadRetentionMs?: number
  /** Size in bytes beyond which accepting fails with `INBOX_FULL`. @default 4 GiB */
  readonly maxBytes?: number
  /** Milliseconds to wait for a lock of another connection. @default 5_000 */
  readonly busyTimeoutMs?: number
  /**
   * `'as configured'` gives up the promise to survive a power cut, for stores that can be lost; it is said in `promises`
   * and printed at start. @default 'power cut'
   */
  readonly durability?: 'power cut' | 'as configured'
  /**
   * Only look, at a store that exists: nothing is created, migrated, forgotten or changed, whoever else is at work on it.
   * Accepting, handling, replaying and discarding fail with `INBOX_UNSUPPORTED`. @default false
   */
  readonly readOnly?: boolean
}

const day = 86_400_000

/**
 * The embedded engine: SQLite through `node:sqlite`, write-ahead log, `synchronous=FULL`, group commit on a thread of its own.
 * Any process of one machine may accept events and look at them; one at a time works on them.
 *
 * @throws InboxError `INBOX_OPTION_INVALID`; `INBOX_UNSUPPORTED`, `INBOX_SETTINGS_WEAK`, `INBOX_SCHEMA_NEWER`,
 * `INBOX_UNAVAILABLE` from `start`; `INBOX_LOCKED` from `consume`, while another process works on the events
 * @example
 * const inbox = createInbox({ engine: createSqliteEngine({ path: 'events.db', maxBytes: 1e9 }) })
 */
export function createSqliteEngine(options: SqliteEngineOptions): Engine {
  const { retentionMs = 7 * day, deadRetentionMs = 30 * day, maxBytes = 4 * 1024 ** 3, busyTimeoutMs = 5_000 } = options
  const { durability = 'power cut', readOnly = false } = options
  const path = resolve(options.path)
  const synchronous = durability === 'power cut' ? 'FULL' : 'NORMAL'
  checkNumbers({ retentionMs, deadRetentionMs, maxBytes, busyTimeoutMs })
  let client: Client | undefined
  let consumer: Consumer | undefined
  let pruner: Pruner | undefined

  async function ask<Result>(command: Command): Promise<Result> {
    if (client === undefined) throw new InboxError('INBOX_STOPPED', 'it was not started')
    if (readOnly && isWrite(command)) throw new InboxError('INBOX_UNSUPPORTED', 'it was opened only to look')
    return client.ask<Result>(command)
  }

  /** Asks for something that may make events due. */
  async function askAndWake<Result>(command: Command): Promise<Result> {
    const answer = await ask<Result>(command)
    consumer?.wake()
    return answer
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
      if (client) return
      if (durability !== 'power cut' && !readOnly)
        console.error(`sallyport: the inbox ${path} does not survive a power cut, as configured`)
      const opening = createClient({ settings: { path, synchronous, maxBytes, busyTimeoutMs, readOnly } })
      client = opening
      try {
        await opening.ask({ kind: 'open' })
      } catch (error) {
        client = undefined
        await opening.close()
        throw error
      }
      if (client !== opening) throw new InboxError('INBOX_STOPPED')
      if (!readOnly) pruner = createPruner(opening, { retentionMs, deadRetentionMs })
    },
    async insert(batch, transaction) {
      if (transaction !== undefined)
        throw new InboxError('INBOX_UNSUPPORTED', 'a file of its own cannot join a transaction')
      try {
        return await askAndWake<readonly ('stored' | 'duplicate')[]>({ kind: 'insert', rows: batch.map(toRow) })
      } catch (error) {
        // What is due to be forgotten may make room for the sender's next try.
        if (InboxError.is(error) && error.code === 'INBOX_FULL') pruner?.prune()
        throw error
      }
    },
    async consume(run, consumeOptions) {
      if (client === undefined) throw new InboxError('INBOX_STOPPED', 'it was not started')
      if (readOnly) throw new InboxError('INBOX_UNSUPPORTED', 'it was opened only to look')
      const created = createConsumer(client, run, consumeOptions)
      await created.start()
      consumer = created
      consumer.wake()
    },
    list: (query = {}) => ask({ kind: 'list', filter: query, page: query }),
    get: (key) => ask({ kind: 'get', key }),
    replay: (filter) => askAndWake({ kind: 'replay', filter }),
    discard: (filter) => askAndWake({ kind: 'discard', filter }),
    stats: () => ask({ kind: 'stats' }),
    async stop({ drainMs }) {
      pruner?.stop()
      await consumer?.stop(drainMs)
      const closing = client
      client = undefined
      consumer = undefined
      pruner = undefined
      await closing?.close()
    },
  }
}

function checkNumbers(numbers: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(numbers)) {
    if (!(value > 0)) throw new InboxError('INBOX_OPTION_INVALID', `${name} must be a number above 0`)
  }
}
