import type { InboxEvent } from '../../receive/inbox.ts'
import type { Coalescer } from '../coalesce.ts'
import { createDuplicateLog, type DuplicateLog } from '../duplicate-log.ts'
import type { Engine } from '../engine.ts'
import { InboxError } from '../inbox-error.ts'
import { toReadOnly } from '../read-only.ts'
import { createMinuteLog, type MinuteLog } from '../minute-log.ts'
import { groupByList, mostCounted } from '../scan.ts'
import { startConsumer, type Consumer } from './consumer.ts'
import { withInboxErrors } from './errors.ts'
import { createMemoryGuard, createSettingsGuard } from './guards.ts'
import { addDuplicates } from './history.ts'
import { createInserter } from './insert.ts'
import { trialKey } from './keys.ts'
import { openQueue, type OpenQueue } from './open.ts'
import { addMinutes, readMinutes } from './minutes.ts'
import { createNameLog, readNames, type NameLog } from './names.ts'
import { readNote, writeNote } from './notes.ts'
import { countEvents, discardEvents, readStats, replayEvents } from './operate.ts'
import { describePlace, toSettings, type BullMqEngineOptions } from './options.ts'
import { readEvent, readPage } from './reader.ts'
import { createReplicate } from './replicas.ts'
import { readSpaces } from './space.ts'
import { createUpkeep, type Upkeep } from './upkeep.ts'

const day = 86_400_000
// Of a check whether Redis can be written.
const trialMs = 10_000

/** What is open between `start` and `stop`. */
interface Opened {
  readonly queue: OpenQueue
  readonly inserter: Coalescer<InboxEvent, 'stored' | 'duplicate'>
  checkWritable(): Promise<void>
  readonly upkeep: Upkeep
  readonly duplicates: DuplicateLog
  readonly minutes: MinuteLog
  readonly names: NameLog
  readonly consumers: Consumer[]
}

/**
 * The Redis engine, on BullMQ 6: several processes can handle the events of one inbox. An event is a job of a BullMQ queue, and
 * its id is a hash of the event's key; BullMQ's `add` stores it and drops duplicates in one step.
 *
 * Redis must run with `appendonly yes`, `appendfsync always` and `maxmemory-policy noeviction`, which `start` verifies. Needs
 * the packages `bullmq` and `ioredis`.
 *
 * @throws InboxError `INBOX_OPTION_INVALID`; from `start` also `INBOX_SETTINGS_WEAK`, `INBOX_UNSUPPORTED`,
 * `INBOX_SCHEMA_NEWER`, `INBOX_MISSING` and `INBOX_UNAVAILABLE`
 * @example
 * const inbox = createInbox({ engine: createBullMqEngine({ connection: 'redis://127.0.0.1:6379', queue: 'webhooks' }) })
 */
export function createBullMqEngine(options: BullMqEngineOptions): Engine {
  const settings = toSettings(options)
  let opening: Promise<Opened> | undefined
  let opened: Opened | undefined

  function open(): Opened {
    if (opened === undefined) throw new InboxError('INBOX_STOPPED', 'it was not started')
    return opened
  }

  const list: Engine['list'] = (query = {}) => withInboxErrors(() => readPage(open().queue, query))

  const engine: Engine = {
    name: `BullMQ, ${describePlace(settings)}`,
    promises: {
      durability: settings.durability,
      dedupe: `while done events are kept: ${settings.retentionMs / day} days`,
      order: ['none'],
      transactions: false,
      distributed: true,
      history: true,
      indexed: ['state', 'since', 'until', 'keys'],
    },
    async start() {
      opening ??= withInboxErrors(() => openQueue(settings))
        .then(toOpened)
        .finally(() => {
          opening = undefined
        })
      opened ??= await opening
    },
    async insert(batch, transaction) {
      if (transaction !== undefined) throw new InboxError('INBOX_UNSUPPORTED', 'Redis cannot join a transaction')
      const { inserter, duplicates, minutes, names } = open()
      const answers = await inserter.add(batch)
      duplicates.note(batch, answers)
      minutes.noteBatch(batch, answers)
      names.note(batch, answers)
      return answers
    },
    checkWritable: () => withInboxErrors(() => open().checkWritable()),
    claiming: () => opened?.consumers[0]?.claiming(),
    async consume(run, consumeOptions) {
      const { order, retry } = consumeOptions
      if (order !== 'none') throw new InboxError('INBOX_UNSUPPORTED', `BullMQ does not support order '${order}'`)
      const { queue, consumers, upkeep, minutes } = open()
      upkeep.expectWaits(retry.maxDelayMs)
      const consumer = await startConsumer({ open: queue, settings, onFinished: upkeep.noteFinished }, run, {
        ...consumeOptions,
        onOutcome: minutes.noteOutcomes(consumeOptions.onOutcome),
      })
      consumers.push(consumer)
      // `stop` was called meanwhile and did not see it.
      if (opened?.consumers !== consumers) await consumer.stop(0)
    },
    list,
    get: (key) => withInboxErrors(() => readEvent(open().queue, key)),
    count: (filter = {}, { most = mostCounted } = {}) => withInboxErrors(() => countEvents(open().queue, filter, most)),
    failures: (filter = {}) => groupByList(list, filter),
    minutes: (range) => withInboxErrors(() => readMinutes(open().queue, range)),
    names: () => withInboxErrors(() => readNames(open().queue)),
    replay: (filter, how) => withInboxErrors(() => replayEvents(open().queue, filter, how)),
    discard: (filter, how) => withInboxErrors(() => discardEvents(open().queue, filter, how)),
    stats: () => withInboxErrors(() => readStats(open().queue)),
    readNote: (name) => withInboxErrors(() => readNote(open().queue, name)),
    writeNote: (name, text, before) => withInboxErrors(() => writeNote(open().queue, name, text, before)),
    spaces: () => withInboxErrors(() => readSpaces(open().queue, settings.fullAt)),
    async stop({ drainMs }) {
      await opening?.catch(() => {})
      if (opened === undefined) return
      const { queue, inserter, upkeep, duplicates, minutes, names, consumers } = opened
      opened = undefined
      await Promise.all(consumers.map((consumer) => consumer.stop(drainMs)))
      await inserter.drain()
      await Promise.all([duplicates.stop(), minutes.stop(), names.stop()])
      await upkeep.stop()
      await queue.close()
    },
  }
  return settings.readOnly ? toReadOnly(engine) : engine

  function toOpened(queue: OpenQueue): Opened {
    const settingsGuard = createSettingsGuard(queue.redis)
    const memoryGuard = createMemoryGuard(queue.redis, settings.fullAt)
    async function passGuards(bytes: number): Promise<void> {
      if (settings.durability === 'power cut') await settingsGuard.pass()
      await memoryGuard.pass(bytes)
    }
    const upkeep = createUpkeep(queue, settings)
    const replicate = createReplicate(queue.redis, settings)
    return {
      queue,
      inserter: createInserter(queue, passGuards, replicate, upkeep.noteFinished),
      async checkWritable() {
        await passGuards(0)
        await replicate(() => queue.redis.set(queue.toKey(trialKey), '', 'PX', trialMs))
      },
      upkeep,
      duplicates: createDuplicateLog((notes) => addDuplicates(queue, notes)),
      minutes: createMinuteLog((counts) => addMinutes(queue, counts)),
      names: createNameLog(queue),
      consumers: [],
    }
  }
}
