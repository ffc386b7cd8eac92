import { createCoalescer, type Coalescer } from '../coalesce.ts'
import type { Engine } from '../engine.ts'
import type { InboxEvent } from '../../receive/inbox.ts'
import { InboxError } from '../inbox-error.ts'
import { storeEvents, type Answer } from './accept.ts'
import { createConsumer, type Consumer } from './consumer.ts'
import type { Executor } from './database.ts'
import { isAboutContent, toInboxError } from './errors.ts'
import { openDatabase, type Opened } from './open.ts'
import { createOperations, type Operations } from './operate.ts'
import { toSettings, type PgBossEngineOptions } from './options.ts'
import { isPgTransaction } from './postgres.ts'
import { createRuns, type Runs } from './runs.ts'
import { createSql } from './sql.ts'

const day = 86_400_000
const pruneEveryMs = 60_000
const mostBytesAtOnce = 16 * 1024 * 1024

/** What is there while the engine is started. */
interface Running extends Opened {
  readonly accepting: Coalescer<InboxEvent, Answer>
  readonly runs: Runs
  readonly operations: Operations
  readonly pruning: NodeJS.Timeout
}

/**
 * The engine for PostgreSQL, on pg-boss: any number of processes accept and handle, and accepting can be a part of your
 * own transaction. pg-boss's job is where an event stands; the event itself is kept beside it, its body as bytes.
 *
 * @throws InboxError `INBOX_OPTION_INVALID`; from `start` `INBOX_UNSUPPORTED`, `INBOX_SETTINGS_WEAK`, `INBOX_SCHEMA_NEWER`,
 * `INBOX_MISSING`, `INBOX_UNAVAILABLE`
 * @example
 * const inbox = createInbox({ engine: createPgBossEngine({ connectionString: 'postgres://localhost/app' }) })
 */
export function createPgBossEngine(options: PgBossEngineOptions): Engine {
  const settings = toSettings(options)
  const { schema, queue: queueName, durability, retentionMs, deadRetentionMs, leaseMs, pollMs } = settings
  const sql = createSql(schema)
  const mustBeDurable = durability === 'power cut'
  let opening: Promise<Running> | undefined
  let running: Running | undefined
  let consumer: Consumer | undefined

  function opened(): Running {
    if (running === undefined) throw new InboxError('INBOX_STOPPED', 'it is not started')
    return running
  }

  async function prune(operations: Operations): Promise<void> {
    while ((await operations.prune(retentionMs, deadRetentionMs)) > 0);
  }

  async function begin(): Promise<Running> {
    const open = await openDatabase(settings)
    const { queue, inTransaction } = open
    const accepting = createCoalescer(
      (events: readonly InboxEvent[]) => inTransaction((db) => storeEvents(db, { queue, sql, mustBeDurable }, events)),
      {
        mostSize: mostBytesAtOnce,
        sizeOf: ({ body }) => body.byteLength,
        isWorthSplitting: isAboutContent,
        flights: 2,
        isDivided: true,
      },
    )
    const runs = createRuns({ ...open, sql })
    const operations = createOperations({ ...open, sql })
    // The next round tries again what one round could not.
    const pruning = setInterval(() => void prune(operations).catch(() => {}), pruneEveryMs)
    void prune(operations).catch(() => {})
    return { ...open, accepting, runs, operations, pruning }
  }

  async function join(batch: readonly InboxEvent[], transaction: unknown): Promise<readonly Answer[]> {
    if (!isPgTransaction(transaction)) {
      throw new InboxError('INBOX_OPTION_INVALID', 'a transaction is joined through its `query(text, values)`')
    }
    const { queue } = opened()
    const db: Executor = { executeSql: (text, values) => transaction.query(text, values) }
    return storeEvents(db, { queue, sql, mustBeDurable }, batch).catch((error: unknown) => {
      throw toInboxError(error)
    })
  }

  return {
    name: `PostgreSQL through pg-boss, ${schema}.${queueName}`,
    promises: {
      durability,
      dedupe: `while done events are kept: ${retentionMs / day} days`,
      order: ['none', 'serial', 'strict'],
      transactions: true,
      distributed: true,
    },
    async start() {
      opening ??= begin().finally(() => {
        opening = undefined
      })
      running ??= await opening
    },
    async insert(batch, transaction) {
      if (transaction !== undefined) return join(batch, transaction)
      const answers = await opened().accepting.add(batch)
      consumer?.wake()
      return answers
    },
    async consume(run, consumeOptions) {
      const { runs } = opened()
      await runs.prepareOrder(consumeOptions.order)
      consumer = createConsumer({ runs, leaseMs, pollMs }, run, consumeOptions)
    },
    list: async (query = {}) => opened().operations.list(query, query),
    get: async (key) => opened().operations.get(key),
    async replay(filter) {
      const count = await opened().operations.replay(filter)
      consumer?.wake()
      return count
    },
    async discard(filter) {
      const count = await opened().operations.discard(filter)
      consumer?.wake()
      return count
    },
    stats: async () => opened().operations.stats(),
    async stop({ drainMs }) {
      await opening?.catch(() => {})
      const stopping = running
      running = undefined
      clearInterval(stopping?.pruning)
      await consumer?.stop(drainMs)
      consumer = undefined
      await stopping?.accepting.drain()
      await stopping?.close()
    },
  }
}
