import { RejectError } from 'sallyport'
import type { ChangeOptions, Engine } from 'sallyport/inbox'
import { expect, it } from 'vitest'
import type { EngineSubject } from './subject.ts'
import { consume, newEvent, useStores } from './test-store.ts'

// More than an engine changes in one step.
const total = 600
// More than in two.
const manyPending = 1_200

async function fill(engine: Engine, count: number): Promise<void> {
  for (let start = 0; start < count; start += 300)
    await engine.insert(Array.from({ length: 300 }, (_, n) => newEvent(start + n)))
}

/** Handled events: a replay takes them as it takes dead ones, and stores fail events one by one. */
async function fillDone(engine: Engine): Promise<void> {
  const outcomes = await consume(engine, async () => {}, { concurrency: 50 })
  await fill(engine, total)
  await outcomes.until(total, 'handled')
}

/** Changes of many events, which report how far they are and can be stopped. */
export function checkChanges(subject: EngineSubject): void {
  const useStore = useStores(subject)

  it('reports the progress of replay, and stops when asked', async () => {
    const { engine, open } = await useStore()
    await fillDone(engine)
    await engine.stop({ drainMs: 20_000 })
    const operator = await open()
    await checkSteps(operator, 'replay', 'done', total)
    expect((await operator.stats()).counts).toMatchObject({ pending: total, done: 0 })
  })

  it('reports the progress of discard, and stops when asked', async () => {
    const { engine } = await useStore()
    await fill(engine, manyPending)
    const reported = await checkSteps(engine, 'discard', 'pending', manyPending)
    expect(reported.length).toBeGreaterThan(1)
    expect((await engine.stats()).counts).toMatchObject({ pending: 0, dead: 0 })
  })

  it('discards dead events', async () => {
    const { engine } = await useStore()
    const outcomes = await consume(engine, async () => {
      throw new RejectError('no')
    })
    await engine.insert([newEvent(1), newEvent(2), newEvent(3)])
    await outcomes.until(3, 'dead')
    const { result, reported } = await follow(engine, 'discard', 'dead')
    expect([result, reported.at(-1)]).toEqual([3, 3])
    expect((await engine.stats()).counts).toMatchObject({ pending: 0, dead: 0 })
  })

  it('changes nothing with a signal that is aborted already', async () => {
    const { engine } = await useStore()
    await engine.insert([newEvent(1), newEvent(2)])
    expect(await engine.discard({ state: 'pending' }, { signal: AbortSignal.abort() })).toBe(0)
    expect((await engine.stats()).counts.pending).toBe(2)
  })
}

/** Stops a change after its first step, and has a second call do the rest; resolves to the counts that this reported. */
async function checkSteps(
  engine: Engine,
  change: 'replay' | 'discard',
  state: 'dead' | 'done' | 'pending',
  all: number,
): Promise<readonly number[]> {
  const countLeft = async (): Promise<number> => (await engine.stats()).counts[state]
  const stop = new AbortController()
  const first = await follow(engine, change, state, (count) => count > 0 && stop.abort(), stop.signal)
  expect(first.result).toBeGreaterThan(0)
  expect(first.result).toBeLessThan(all)
  expect(await countLeft()).toBe(all - first.result)

  const second = await follow(engine, change, state)
  expect(second.result).toBe(all - first.result)
  expect(await countLeft()).toBe(0)
  return second.reported
}

async function follow(
  engine: Engine,
  change: 'replay' | 'discard',
  state: 'dead' | 'done' | 'pending',
  onStep?: (count: number) => void,
  signal?: ChangeOptions['signal'],
): Promise<{ readonly result: number; readonly reported: readonly number[] }> {
  const reported: number[] = []
  const result = await engine[change](
    { state },
    {
      signal,
      onProgress(count) {
        reported.push(count)
        onStep?.(count)
      },
    },
  )
  expect(reported).toEqual(reported.toSorted((one, other) => one - other))
  expect(reported.at(-1)).toBe(result)
  return { result, reported }
}
