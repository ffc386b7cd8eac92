import type { InboxEvent } from '../../receive/inbox.ts'
import { createCoalescer, type Coalescer } from '../coalesce.ts'
import type { Consumer } from '../consumer.ts'
import { createDuplicateLog, type DuplicateLog } from '../duplicate-log.ts'
import { createMinuteLog, type MinuteLog } from '../minute-log.ts'
import type { Engine } from '../engine.ts'
import { InboxError, invalid } from '../inbox-error.ts'
import { toReadOnly } from '../read-only.ts'
import { createAnalysis, type Analysis } from './analyze.ts'
import { createClaims, type Claims } from './claim.ts'
import { startConsumer } from './consumer.ts'
import type { Executor } from './database.ts'
import { isAboutContent, toInboxError } from './errors.ts'
import { insertEvents } from './insert.ts'
import { createLooks, type Looks } from './look.ts'
import { openDatabase, type Opened } from './open.ts'
import { createNotes } from './notes.ts'
import { createOperations, type Operations } from './operate.ts'
import { toSettings, type PgBossEngineOptions } from './options.ts'
import { isPgTransaction } from './postgres.ts'
import { createSql } from './sql.ts'
import { tryInsert } from './try-insert.ts'

const day = 86_400_000
const pruneEveryMs = 60_000
const foldEveryMs = 5_000
const mostBytesAtOnce = 16 * 1024 * 1024

type Answers = readonly ('stored' | 'duplicate')[]

/** What is open between `start` and `stop`. */
interface Running extends Opened {
  readonly inserting: Coalescer<InboxEvent, Answers[number]>
  readonly claims: Claims
  readonly operations: Operations
  readonly looks: Looks
  readonly notes: ReturnType<typeof createNotes>
  readonly duplicates: DuplicateLog
  readonly minutes: MinuteLog
  readonly analysis: Analysis
  readonly timers: readonly NodeJS.Timeout[]
}

/**
 * The engine for PostgreSQL, on pg-boss: any number of processes store and handle events, and storing can join your own
 * transaction. The state of an event is its pg-boss job; the event itself is in a table of the inbox, its body as bytes.
 *
 * @throws InboxError `INBOX_OPTION_INVALID`; from `start` `INBOX_UNSUPPORTED`, `INBOX_SETTINGS_WEAK`, `INBOX_SCHEMA_NEWER`,
 * `INBOX_MISSING`, `INBOX_UNAVAILABLE`
 * @example
 * const inbox = createInbox({ engine: createPgBossEngine({ connectionString: 'postgres://localhost/app' }) })
 */
export function createPgBossEngine(options: PgBossEngineOptions): Engine {
  const settings = toSettings(options)
  const { schema, queue, durability, retentionMs, deadRetentionMs, leaseMs, pollMs, readOnly } = settings
  const sql = createSql(schema)
  const mustBeDurable = durability === 'power cut'
  let opening: Promise<Running> | undefined
  let running: Running | undefined
  let consumer: Consumer | undefined
  let report: (error: unknown) => void = () => {}

  function opened(): Running {
    if (running === undefined) throw new InboxError('INBOX_STOPPED', 'it was not started')
    return running
  }

  async function prune(operations: Operations): Promise<void> {
    while ((await operations.prune(retentionMs, deadRetentionMs)) > 0);
    await operations.forgetMinutes()
  }

  async function begin(): Promise<Running> {
    const open = await openDatabase(settings)
    const { jobs, table, inTransaction } = open
    const inserting = createCoalescer(
      (events: readonly InboxEvent[]) => inTransaction((db) => insertEvents(db, { jobs, sql, mustBeDurable }, events)),
      {
        mostSize: mostBytesAtOnce,
        sizeOf: ({ body }) => body.byteLength,
        isWorthSplitting: isAboutContent,
        flights: 2,
        isDivided: true,
      },
    )
    const claims = createClaims(open, sql)
    const operations = createOperations(open, sql)
    // The next round tries again what one round could not.
    const timers = readOnly
      ? []
      : [
          setInterval(() => void prune(operations).catch(() => {}), pruneEveryMs),
          setInterval(() => void operations.foldCounts().catch(() => {}), foldEveryMs),
        ]
    if (!readOnly) void prune(operations).catch(() => {})
    const duplicates = createDuplicateLog(operations.addDuplicates)
    const minutes = createMinuteLog(operations.addMinutes)
    const looks = createLooks(open, sql)
    const notes = createNotes(open, schema)
    const tables = [table, 'inbox_event', 'inbox_line', 'inbox_state'].map((name) => `${schema}.${name}`)
    const analysis = createAnalysis(inTransaction, tables)
    return { ...open, inserting, claims, operations, looks, notes, duplicates, minutes, analysis, timers }
  }

  async function join(batch: readonly InboxEvent[], transaction: unknown): Promise<Answers> {
    if (!isPgTransaction(transaction)) invalid('transaction must have a query(text, values) method')
    const { jobs, duplicates, minutes } = opened()
    const db: Executor = { executeSql: (text, values) => transaction.query(text, values) }
    const answers = await insertEvents(db, { jobs, sql, mustBeDurable }, batch).catch((error: unknown) => {
      throw toInboxError(error)
    })
    duplicates.note(batch, answers)
    minutes.noteBatch(batch, answers)
    return answers
  }

  const engine: Engine = {
    name: `PostgreSQL through pg-boss, ${schema}.${queue}`,
    promises: {
      durability,
      dedupe: `while done events are kept: ${retentionMs / day} days`,
      order: ['none', 'serial', 'strict'],
      transactions: true,
      distributed: true,
      history: true,
      indexed: ['state', 'provider', 'type', 'since', 'until', 'tenant', 'orderKey', 'failure', 'keys'],
    },
    async start(tell = () => {}) {
      report = tell
      opening ??= begin().finally(() => {
        opening = undefined
      })
      running ??= await opening
    },
    async insert(batch, transaction) {
      if (transaction !== undefined) return join(batch, transaction)
      const { inserting, duplicates, minutes, analysis } = opened()
      const answers = await inserting.add(batch)
      duplicates.note(batch, answers)
      minutes.noteBatch(batch, answers)
      analysis.note(answers.filter((answer) => answer === 'stored').length)
      consumer?.wake()
      return answers
    },
    async checkWritable() {
      const { jobs, inTransaction } = opened()
      await inTransaction((db) => tryInsert(db, { jobs, sql, mustBeDurable }))
    },
    claiming: () => consumer?.claiming(),
    async consume(run, consumeOptions) {
      const { claims, minutes } = opened()
      await claims.prepareOrder(consumeOptions.order)
      const onOutcome = minutes.noteOutcomes(consumeOptions.onOutcome)
      consumer = startConsumer({ claims, leaseMs, pollMs, report }, run, { ...consumeOptions, onOutcome })
    },
    list: async (query) => opened().looks.list(query),
    count: async (filter, countOptions) => opened().looks.count(filter, countOptions),
    failures: async (filter) => opened().looks.failures(filter),
    names: async () => opened().looks.names(),
    minutes: async (range) => opened().looks.minutes(range),
    get: async (key) => opened().looks.get(key),
    async replay(filter, changeOptions) {
      const count = await opened().operations.replay(filter, changeOptions)
      consumer?.wake()
      return count
    },
    async discard(filter, changeOptions) {
      const count = await opened().operations.discard(filter, changeOptions)
      consumer?.wake()
      return count
    },
    stats: async () => opened().looks.stats(),
    readNote: async (name) => opened().notes.readNote(name),
    writeNote: async (name, text, before) => opened().notes.writeNote(name, text, before),
    async stop({ drainMs }) {
      await opening?.catch(() => {})
      const stopping = running
      running = undefined
      stopping?.timers.forEach((timer) => clearInterval(timer))
      await consumer?.stop(drainMs)
      consumer = undefined
      await stopping?.inserting.drain()
      await stopping?.duplicates.stop()
      await stopping?.minutes.stop()
      await stopping?.analysis.stop()
      await stopping?.close()
    },
  }
  return readOnly ? toReadOnly(engine) : engine
}
