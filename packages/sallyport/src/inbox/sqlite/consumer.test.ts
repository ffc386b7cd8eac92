import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ConsumeOptions, ConsumeOutcome, StoredEvent } from '../engine.ts'
import { toRetryPolicy } from '../retry-policy.ts'
import type { Consumer } from '../consumer.ts'
import { InboxError } from '../inbox-error.ts'
import { startConsumer } from './consumer.ts'
import type { ThreadClient } from './thread-client.ts'

interface Command {
  readonly kind: string
  readonly parameter: unknown
}

/** A store that answers as the test says. */
interface Bench {
  readonly asked: Command[]
  answer: (command: Command) => unknown
  readonly outcomes: ConsumeOutcome[]
  readonly reported: unknown[]
  create(run: () => unknown, more?: Partial<ConsumeOptions>): Promise<Consumer>
}

let bench: Bench

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  bench = createBench()
})
afterEach(() => vi.useRealTimers())

const event = { key: 'a', attempts: 1 } as StoredEvent

function createBench(): Bench {
  let hasEvent = true
  const made: Bench = {
    asked: [],
    outcomes: [],
    reported: [],
    answer: ({ kind }) => {
      if (kind !== 'claim') return []
      const events = hasEvent ? [event] : []
      hasEvent = false
      return { events, left: [] }
    },
    async create(run, more = {}) {
      const consumer = await startConsumer(client, async () => void (await run()), { ...options, ...more }, report)
      // What starting asks is not what is tested.
      made.asked.length = 0
      return consumer
    },
  }
  const client = {
    async ask(kind: string, parameter: unknown) {
      const command = { kind, parameter }
      made.asked.push(command)
      return made.answer(command)
    },
    close: async () => {},
  } as ThreadClient
  const report = (error: unknown): void => void made.reported.push(error)
  const options: ConsumeOptions = {
    concurrency: 1,
    retry: toRetryPolicy({ attempts: 3 }),
    order: 'none',
    onOutcome: (outcome) => void made.outcomes.push(outcome),
  }
  return made
}

const kinds = (): string[] => bench.asked.map(({ kind }) => kind)
// Promises settle; no timer fires.
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 3; turn++) await nextTurn()
}

describe('stopping', () => {
  it('gives back a claim that came too late', async () => {
    const claim = Promise.withResolvers<unknown>()
    bench.answer = ({ kind }) => (kind === 'claim' ? claim.promise : [])
    const consumer = await bench.create(() => expect.unreachable())
    consumer.wake()
    await settle()
    const stopped = consumer.stop(0)
    claim.resolve({ events: [event], left: [] })
    await vi.advanceTimersByTimeAsync(1)
    await stopped
    expect(kinds()).toEqual(['claim', 'unclaim'])
  })

  it('retries writing an outcome until drainMs is over', async () => {
    let isBroken = true
    const { answer } = bench
    bench.answer = (command) => {
      if (command.kind === 'settle' && isBroken) throw new Error('busy')
      return answer(command)
    }
    const consumer = await bench.create(() => {})
    consumer.wake()
    await settle()
    const stopped = consumer.stop(60_000)
    await vi.advanceTimersByTimeAsync(3_000)
    isBroken = false
    await vi.advanceTimersByTimeAsync(2_000)
    await stopped
    expect(bench.outcomes).toMatchObject([{ outcome: 'handled' }])
  })

  it('waits for an attempt that began as the one before ended', async () => {
    const second = Promise.withResolvers<void>()
    const { answer } = bench
    let runs = 0
    const consumer = await bench.create(() => (++runs === 1 ? Promise.reject(new Error('again')) : second.promise), {
      concurrency: 2,
    })
    bench.answer = (command) => {
      if (command.kind !== 'settle') return answer(command)
      // One message of the thread brings both: the retry, and the event itself.
      bench.answer = ({ kind }) =>
        kind === 'claim' && runs === 1 ? { events: [{ ...event, attempts: 2 }], left: [] } : { events: [], left: [] }
      consumer.wake()
      return undefined
    }
    consumer.wake()
    await settle()
    expect(runs).toBe(2)
    let isOver = false
    const stopped = consumer.stop(60_000).then(() => (isOver = true))
    await settle()
    expect(isOver).toBe(false)
    second.resolve()
    await stopped
    expect(bench.outcomes).toMatchObject([{ outcome: 'retried' }, { outcome: 'handled', attempt: 2 }])
  })

  it('reports nothing of an aborted handler', async () => {
    const failed = Promise.withResolvers<void>()
    const consumer = await bench.create(() => failed.promise)
    consumer.wake()
    await settle()
    const stopped = consumer.stop(10)
    await vi.advanceTimersByTimeAsync(10)
    await stopped
    failed.reject(new Error('aborted'))
    await settle()
    expect(kinds()).not.toContain('settle')
  })
})

describe('outcomes', () => {
  it('are written once, even if onOutcome throws', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const consumer = await bench.create(() => {}, {
      onOutcome: () => {
        throw new Error('in a hook')
      },
    })
    consumer.wake()
    await settle()
    await vi.advanceTimersByTimeAsync(5_000)
    expect(kinds().filter((kind) => kind === 'settle')).toHaveLength(1)
    await consumer.stop(0).catch(() => {})
  })

  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  const odd = { null: Object.create(null) as object, text: { toString: () => 7 }, symbol: Symbol('odd'), proxy }
  it.each(['null', 'text', 'undefined', 'symbol', 'proxy'])(
    'count an odd thrown value as a failure: %s',
    async (name) => {
      const consumer = await bench.create(() => Promise.reject(odd[name as keyof typeof odd]))
      consumer.wake()
      await settle()
      expect(bench.outcomes).toMatchObject([{ outcome: 'retried' }])
      void consumer.stop(0)
    },
  )
})

describe('looking', () => {
  it('claims for all places of a turn at once, with the outcomes', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f']
    bench.answer = ({ kind, parameter }) => {
      if (kind !== 'claim') return []
      const { limit } = parameter as { limit: number }
      return { events: names.splice(0, limit).map((key) => ({ ...event, key })), left: [] }
    }
    const consumer = await bench.create(() => {}, { concurrency: 3 })
    consumer.wake()
    consumer.wake()
    await settle()
    const round = ['settle', 'settle', 'settle', 'claim']
    expect(kinds()).toEqual(['claim', ...round, ...round])
    expect(bench.asked.filter(({ kind }) => kind === 'claim').map(({ parameter }) => parameter)).toMatchObject(
      Array.from({ length: 3 }, () => ({ limit: 3 })),
    )
    void consumer.stop(0)
  })

  it('stops claiming while outcomes are not written', async () => {
    const written = Promise.withResolvers<void>()
    let made = 0
    bench.answer = ({ kind, parameter }) => {
      if (kind === 'settle') return written.promise
      if (kind !== 'claim') return []
      const { limit } = parameter as { limit: number }
      return { events: Array.from({ length: limit }, () => ({ ...event, key: `${made++}` })), left: [] }
    }
    const consumer = await bench.create(() => {}, { concurrency: 2 })
    consumer.wake()
    await settle()
    expect(made).toBe(4)
    expect(consumer.running()).toHaveLength(4)
    const stopped = consumer.stop(60_000)
    written.resolve()
    await stopped
    expect(bench.outcomes).toHaveLength(4)
  })

  it('takes back a lost claim, and leaves running events alone', async () => {
    const done = Promise.withResolvers<void>()
    const { answer } = bench
    let isBroken = false
    bench.answer = (command) => {
      if (command.kind === 'claim' && isBroken) throw new Error('its thread ended')
      return answer(command)
    }
    const consumer = await bench.create(() => done.promise, { concurrency: 2 })
    consumer.wake()
    await settle()
    isBroken = true
    consumer.wake()
    await settle()
    isBroken = false
    await vi.advanceTimersByTimeAsync(1_000)
    expect(bench.asked.find(({ kind }) => kind === 'work')).toMatchObject({
      parameter: { atWork: [{ key: 'a', attempt: 1 }] },
    })
    done.resolve()
    await settle()
    void consumer.stop(0)
  })

  it('reports a series of failed claims once', async () => {
    const consumer = await bench.create(() => {})
    const { answer } = bench
    const failure = new InboxError('INBOX_UNAVAILABLE', 'moved')
    const fail = (command: Command): unknown => (command.kind === 'claim' ? Promise.reject(failure) : [])
    for (const round of [1, 2]) {
      bench.answer = fail
      consumer.wake()
      await vi.advanceTimersByTimeAsync(5_000)
      expect(bench.reported).toEqual(Array.from({ length: round }, () => failure))
      bench.answer = answer
      await vi.advanceTimersByTimeAsync(2_000)
    }
    void consumer.stop(0)
  })

  it('happens every second, for events of other processes', async () => {
    const consumer = await bench.create(() => {})
    consumer.wake()
    await vi.advanceTimersByTimeAsync(10)
    const before = kinds().filter((kind) => kind === 'claim').length
    for (let second = 0; second < 3; second++) {
      await vi.advanceTimersByTimeAsync(1_000)
      await settle()
    }
    expect(kinds().filter((kind) => kind === 'claim').length).toBe(before + 3)
    void consumer.stop(0)
  })

  it('loses no wake that comes while it ends', async () => {
    vi.useRealTimers()
    const consumer = await bench.create(() => {})
    const { answer } = bench
    let waiting = 0
    bench.answer = (command) => {
      if (command.kind === 'claim') waiting = 0
      return answer(command)
    }
    for (let times = 0; times < 200; times++) {
      waiting++
      consumer.wake()
      for (let turn = 0; turn < times % 7; turn++) await Promise.resolve()
    }
    await wait(20)
    expect(waiting).toBe(0)
    void consumer.stop(0)
  })
})
