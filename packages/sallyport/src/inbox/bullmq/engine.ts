import type { Coalescer } from '../coalesce.ts'
import type { Engine } from '../engine.ts'
import type { InboxEvent } from '../../receive/inbox.ts'
import { InboxError } from '../inbox-error.ts'
import { createAcceptor } from './accept.ts'
import { startConsumer, type Consumer } from './consumer.ts'
import { inOurWords } from './errors.ts'
import { createMemoryGuard } from './memory-guard.ts'
import { discardEvents, readStats, replayEvents } from './operate.ts'
import { describeStore, toSettings, type BullMqEngineOptions } from './options.ts'
import { readEvent, readPage } from './reader.ts'
import { openStore, type Store } from './store.ts'
import { createUpkeep, type Upkeep } from './upkeep.ts'
import { createSettingsGuard } from './verify-settings.ts'

const day = 86_400_000

/** What is open between `start` and `stop`. */
interface Opened {
  readonly store: Store
  readonly acceptor: Coalescer<InboxEvent, 'stored' | 'duplicate'>
  readonly upkeep: Upkeep
  readonly consumers: Consumer[]
}

/**
 * The Redis engine, on BullMQ 6: for several processes that work on one inbox. An event is a job of a BullMQ queue, its id a
 * hash of the event's key; BullMQ's `add` stores and dedupes it in one step.
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

  return {
    name: `BullMQ, ${describeStore(settings)}`,
    promises: {
      durability: settings.durability,
      dedupe: `while done events are kept: ${settings.retentionMs / day} days`,
      order: ['none'],
      transactions: false,
      distributed: true,
    },
    async start() {
      opening ??= inOurWords(() => openStore(settings))
        .then(toOpened)
        .finally(() => {
          opening = undefined
        })
      opened ??= await opening
    },
    async insert(batch, transaction) {
      if (transaction !== undefined) throw new InboxError('INBOX_UNSUPPORTED', 'Redis cannot join a transaction')
      return open().acceptor.add(batch)
    },
    async consume(run, consumeOptions) {
      const { order, retry } = consumeOptions
      if (order !== 'none') throw new InboxError('INBOX_UNSUPPORTED', `BullMQ cannot keep order "${order}"`)
      const { store, consumers, upkeep } = open()
      upkeep.expectWaits(retry.maxDelayMs)
      const consumer = await startConsumer({ store, settings, onFinished: upkeep.noteFinished }, run, consumeOptions)
      consumers.push(consumer)
      // Stopped meanwhile, when it could not be seen yet.
      if (opened?.consumers !== consumers) await consumer.stop(0)
    },
    list: (query = {}) => inOurWords(() => readPage(open().store, query, query)),
    get: (key) => inOurWords(() => readEvent(open().store, key)),
    replay: (filter) => inOurWords(() => replayEvents(open().store, filter)),
    discard: (filter) => inOurWords(() => discardEvents(open().store, filter)),
    stats: () => inOurWords(() => readStats(open().store)),
    async stop({ drainMs }) {
      await opening?.catch(() => {})
      if (opened === undefined) return
      const { store, acceptor, upkeep, consumers } = opened
      opened = undefined
      await Promise.all(consumers.map((consumer) => consumer.stop(drainMs)))
      await acceptor.drain()
      await upkeep.stop()
      await store.close()
    },
  }

  function toOpened(store: Store): Opened {
    const settingsGuard = createSettingsGuard(store.redis)
    const memoryGuard = createMemoryGuard(store.redis, settings.fullAt)
    async function passGuards(bytes: number): Promise<void> {
      if (settings.durability === 'power cut') await settingsGuard.pass()
      await memoryGuard.pass(bytes)
    }
    const upkeep = createUpkeep(store, settings)
    return { store, acceptor: createAcceptor(store, passGuards, upkeep.noteFinished), upkeep, consumers: [] }
  }
}
