import { RejectError, type InboxEvent } from 'sallyport'
import { toRetryPolicy, type Engine } from 'sallyport/inbox'
import { expect } from 'vitest'
import { consume, type TestStore } from './test-store.ts'

/** How a test waits for what an engine writes within seconds. */
export const patience = { timeout: 20_000, interval: 20 }

/** Long enough that nothing is retried in a test. */
export const slowRetry = toRetryPolicy({ attempts: 3, delayMs: 3_600_000, maxDelayMs: 3_600_000, jitter: 0 })

/** An event, and where it is to end. */
export interface Seed {
  readonly event: InboxEvent
  readonly end: 'pending' | 'retrying' | 'dead' | 'done'
  /** What its handler throws; for `retrying` and `dead`. @default 'failed' */
  readonly message?: string | undefined
}

/**
 * Brings events to where they are to end, and stops that engine; resolves to one that consumes nothing.
 *
 * @param store of `useStores`
 */
export async function seed({ engine, open }: { engine: Engine } & TestStore, seeds: readonly Seed[]): Promise<Engine> {
  const byKey = new Map(seeds.map((each) => [each.event.key, each]))
  const isPending = ({ end }: Seed): boolean => end === 'pending'
  const runs = seeds.filter((each) => !isPending(each))
  const outcomes = await consume(
    engine,
    async ({ key }) => {
      const { end, message = 'failed' } = byKey.get(key)!
      if (end === 'dead') throw new RejectError(message)
      if (end === 'retrying') throw new Error(message)
    },
    { retry: slowRetry },
  )
  await insertOneByOne(engine, runs)
  await outcomes.until(runs.length)
  await engine.stop({ drainMs: 20_000 })
  const next = await open()
  await insertOneByOne(next, seeds.filter(isPending))
  return next
}

/** In several calls, so that not all are stored in one millisecond. */
async function insertOneByOne(engine: Engine, seeds: readonly Seed[]): Promise<void> {
  for (const { event } of seeds) {
    expect(await engine.insert([event])).toEqual(['stored'])
  }
}
