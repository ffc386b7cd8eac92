import { dirname } from 'node:path'
import { printError } from '../../errors/print-error.ts'
import type { Consumer } from '../consumer.ts'
import { createDuplicateLog, type DuplicateLog } from '../duplicate-log.ts'
import type { ChangeOptions, Engine, EventFilter } from '../engine.ts'
import { InboxError } from '../inbox-error.ts'
import { createMinuteLog, type MinuteLog } from '../minute-log.ts'
import { mostCounted } from '../scan.ts'
import { startConsumer } from './consumer.ts'
import { countEvents } from './count.ts'
import { groupFailures } from './groups.ts'
import { isWrite, type MethodName, type Methods } from './methods.ts'
import { listMinutes } from './minutes.ts'
import { toSettings, type SqliteEngineOptions } from './options.ts'
import { toRows } from './rows.ts'
import { changeEvents, listEvents } from './slices.ts'
import { createThreadClient, type ThreadClient } from './thread-client.ts'
import { createUpkeep, type Upkeep } from './upkeep.ts'

export type { SqliteEngineOptions } from './options.ts'

const day = 86_400_000

/**
 * The embedded engine: SQLite through `node:sqlite`, with a write-ahead log, `synchronous=FULL`, and group commit in a thread of
 * its own. Any process of one machine may store events and read them; one at a time handles them.
 *
 * @throws InboxError `INBOX_OPTION_INVALID`; `INBOX_UNSUPPORTED`, `INBOX_SETTINGS_WEAK`, `INBOX_SCHEMA_NEWER`,
 * `INBOX_UNAVAILABLE` from `start`; `INBOX_LOCKED` from `consume`, while another process handles the events
 * @example
 * const inbox = createInbox({ engine: createSqliteEngine({ path: 'events.db', maxBytes: 1e9 }) })
 */
export function createSqliteEngine(options: SqliteEngineOptions): Engine {
  const settings = toSettings(options)
  const { path, retentionMs, durability, readOnly, maxBytes } = settings
  let client: ThreadClient | undefined
  let reader: ThreadClient | undefined
  let consumer: Consumer | undefined
  let upkeep: Upkeep | undefined
  let duplicates: DuplicateLog | undefined
  let minutes: MinuteLog | undefined
  let checking: Promise<void> | undefined
  let report: (error: unknown) => void = () => {}

  function opened(isChange: boolean): ThreadClient {
    if (client === undefined) throw new InboxError('INBOX_STOPPED', 'it was not started')
    if (readOnly && isChange) throw new InboxError('INBOX_UNSUPPORTED', `${path} was opened with readOnly: true`)
    return client
  }

  // A thread of its own, so that no search keeps events from being stored; it starts with the first read.
  function openedReader(): ThreadClient {
    const writer = opened(false)
    return (reader ??= readOnly ? writer : createThreadClient({ ...settings, readOnly: true }))
  }

  async function ask<Name extends MethodName>(
    name: Name,
    ...parameters: Parameters<Methods[Name]>
  ): Promise<ReturnType<Methods[Name]>> {
    return opened(isWrite(name)).ask(name, ...parameters)
  }

  /** Resolves to the answer, after waking the consumer: events may be due now. */
  async function thenWake<Answer>(answer: Promise<Answer>): Promise<Answer> {
    const value = await answer
    consumer?.wake()
    return value
  }

  async function change(name: 'replay' | 'discard', filter: EventFilter, how?: ChangeOptions): Promise<number> {
    const writer = opened(true)
    return thenWake(changeEvents({ reader: openedReader(), writer }, name, filter, how))
  }

  // Once, after the first look at the counts: it reads an index whole.
  async function checkCounts(): Promise<void> {
    const drift = await openedReader().ask('drift')
    if (Object.values(drift).some((count) => count !== 0)) await ask('recount')
  }

  return {
    name: `SQLite, ${path}`,
    promises: {
      durability,
      dedupe: `while done events are kept: ${retentionMs / day} days`,
      order: ['none', 'serial', 'strict'],
      transactions: false,
      distributed: false,
      history: true,
      indexed: ['state', 'provider', 'type', 'since', 'until', 'tenant', 'orderKey', 'failure', 'keys'],
    },
    async start(tell = () => {}) {
      if (client) return
      report = tell
      if (durability !== 'power cut' && !readOnly)
        printError(`sallyport: the inbox ${path} does not survive a power cut, as configured`)
      const opening = createThreadClient(settings)
      client = opening
      try {
        await opening.ask('open')
      } catch (error) {
        client = undefined
        await opening.close()
        throw error
      }
      if (client !== opening) throw new InboxError('INBOX_STOPPED')
      if (readOnly) return
      upkeep = createUpkeep(opening, settings, report)
      duplicates = createDuplicateLog((notes) => opening.ask('addDuplicates', notes))
      minutes = createMinuteLog((counts) => opening.ask('addMinutes', counts))
    },
    async insert(batch, transaction) {
      if (transaction !== undefined)
        throw new InboxError('INBOX_UNSUPPORTED', 'a SQLite inbox cannot join a transaction; its file is its own')
      try {
        const rows = toRows(batch)
        const storing = ask('insert', Array.isArray(rows) ? rows : await rows)
        // Asked in the same turn, a claim takes part in the transaction.
        consumer?.wake()
        const answers = await storing
        duplicates?.note(batch, answers)
        minutes?.noteBatch(batch, answers)
        return answers
      } catch (error) {
        // What may be deleted by now makes room for the sender's retry.
        if (InboxError.is(error) && error.code === 'INBOX_FULL') upkeep?.prune()
        throw error
      }
    },
    checkWritable: async () => ask('checkWritable'),
    claiming: () => consumer?.claiming(),
    async consume(run, consumeOptions) {
      const writer = opened(true)
      const onOutcome = minutes?.noteOutcomes(consumeOptions.onOutcome) ?? consumeOptions.onOutcome
      consumer = await startConsumer(writer, run, { ...consumeOptions, onOutcome }, report)
      consumer.wake()
    },
    list: async (query = {}) => listEvents(openedReader(), query),
    count: async (filter = {}, { most = mostCounted } = {}) => countEvents(openedReader(), filter, most),
    failures: async (filter = {}) => groupFailures(openedReader(), filter),
    names: async () => openedReader().ask('names'),
    minutes: async (range) => listMinutes(openedReader(), range),
    get: async (key) => openedReader().ask('get', key),
    replay: (filter, how) => change('replay', filter, how),
    discard: (filter, how) => change('discard', filter, how),
    async stats() {
      const answer = await openedReader().ask('stats')
      if (!readOnly) checking ??= checkCounts().catch(() => {})
      return answer
    },
    readNote: async (name) => openedReader().ask('readNote', name),
    writeNote: (name, text, before) => ask('writeNote', name, text, before),
    async spaces() {
      const { bytes = 0 } = await openedReader().ask('stats')
      // Not imported: a bundle for an edge host has this file too.
      const { statfs } = process.getBuiltinModule('node:fs/promises')
      const { bsize, bavail, blocks } = await statfs(dirname(path))
      const disk = { of: 'disk', freeBytes: bavail * bsize, totalBytes: blocks * bsize } as const
      if (maxBytes === Infinity) return [disk]
      return [disk, { of: 'store', freeBytes: Math.max(0, maxBytes - bytes), totalBytes: maxBytes }]
    },
    async stop({ drainMs }) {
      upkeep?.stop()
      await consumer?.stop(drainMs)
      await Promise.all([duplicates?.stop(), minutes?.stop()])
      const closing = [reader, client]
      client = undefined
      reader = undefined
      consumer = undefined
      upkeep = undefined
      duplicates = undefined
      minutes = undefined
      // What writes comes last: only such a connection copies the log into the file as it ends, and deletes it.
      for (const each of closing) await each?.close()
    },
  }
}
