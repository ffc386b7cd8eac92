import { randomUUID } from 'node:crypto'
import { type InboxEvent } from 'sallyport'
import {
  toRetryPolicy,
  type ConsumeOptions,
  type ConsumeOutcome,
  type Engine,
  type RetryPolicy,
  type RunEvent,
} from 'sallyport/inbox'
import { afterEach } from 'vitest'
import type { EngineSubject } from './subject.ts'

/** A store for one test, and engines over it. */
export interface TestStore {
  readonly store: string
  /** Starts another engine over the same store. */
  open(): Promise<Engine>
}

/** Gives each test its own store, and stops and removes everything after it. */
export function useStores(subject: EngineSubject): () => Promise<{ engine: Engine } & TestStore> {
  let engines: Engine[] = []
  let stores: string[] = []
  afterEach(async () => {
    await Promise.all(engines.map((engine) => engine.stop({ drainMs: 0 })))
    await Promise.all(stores.map((store) => subject.removeStore(store)))
    engines = []
    stores = []
  })
  return async () => {
    const store = `sallyport-test-${randomUUID()}`
    stores.push(store)
    async function open(): Promise<Engine> {
      const engine = subject.createEngine(store)
      engines.push(engine)
      await engine.start()
      return engine
    }
    return { store, open, engine: await open() }
  }
}

/** An event for the store; `n` makes it unique. */
export function newEvent(n: number | string, more: Partial<InboxEvent> = {}): InboxEvent {
  return {
    key: `key-${n}`,
    provider: 'test',
    type: 'thing.happened',
    id: `id-${n}`,
    keyId: 'secret-1',
    receivedAt: 1_700_000_000_000,
    signedAt: 1_700_000_000_000,
    method: 'POST',
    url: '/webhooks/test?x=1',
    headers: [
      ['Content-Type', 'application/json'],
      ['X-Odd', 'ünï'],
    ],
    signedHeaders: { 'webhook-id': `id-${n}` },
    secretHeaders: ['x-signature'],
    body: Buffer.from(`{"n":"${n}"}`),
    ...more,
  }
}

/** Stores one event after the other while something is under way; resolves to how many, and how many before it was over. */
export async function storeDuring(engine: Engine, work: Promise<unknown>): Promise<{ stored: number; before: number }> {
  const over = new AbortController()
  const ending = work.finally(() => over.abort())
  let stored = 0
  let before = 0
  while (!over.signal.aborted) {
    await engine.insert([newEvent(`during-${stored++}`)])
    if (!over.signal.aborted) before = stored
  }
  await ending
  return { stored, before }
}

/** Retries at once, so that tests wait for events and not for clocks. */
export const fastRetry: RetryPolicy = toRetryPolicy({ attempts: 3, delayMs: 0, maxDelayMs: 0, jitter: 0 })

/** Outcomes as they come. */
export interface Outcomes {
  readonly seen: readonly ConsumeOutcome[]
  /** Resolves once this many outcomes of a kind were seen. */
  until(count: number, outcome?: ConsumeOutcome['outcome']): Promise<readonly ConsumeOutcome[]>
}

/** Consumes with defaults for tests. */
export async function consume(
  engine: Engine,
  run: RunEvent,
  options: Partial<Omit<ConsumeOptions, 'onOutcome'>> = {},
): Promise<Outcomes> {
  const seen: ConsumeOutcome[] = []
  const watchers = new Set<() => void>()
  const consumeOptions: ConsumeOptions = {
    concurrency: 10,
    retry: fastRetry,
    order: 'none',
    ...options,
    onOutcome(outcome) {
      seen.push(outcome)
      for (const watch of watchers) watch()
    },
  }
  await engine.consume(run, consumeOptions)
  return {
    seen,
    until(count, kind) {
      const matching = (): ConsumeOutcome[] => seen.filter(({ outcome }) => kind === undefined || outcome === kind)
      return new Promise((resolve) => {
        const watch = (): void => {
          if (matching().length < count) return
          watchers.delete(watch)
          resolve(matching())
        }
        watchers.add(watch)
        watch()
      })
    },
  }
}

/** Consumes with a handler that never ends; resolves once it runs. */
export async function startEndless(engine: Engine): Promise<void> {
  const started = Promise.withResolvers<void>()
  await consume(engine, () => {
    started.resolve()
    return new Promise(() => {})
  })
  await started.promise
}
