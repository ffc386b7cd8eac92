import { PerformanceObserver } from 'node:perf_hooks'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Bytes that a value takes. */
export async function measureMemory(make: () => unknown): Promise<number> {
  const before = await used()
  const value = make()
  const bytes = (await used()) - before
  // Alive until here.
  void value
  return bytes
}

/** Milliseconds of garbage collection while `work` runs. */
export async function measureCollection(work: () => void): Promise<number> {
  await used()
  let ms = 0
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) ms += duration
  })
  observer.observe({ entryTypes: ['gc'] })
  work()
  // Entries come in a later turn.
  await turns()
  observer.disconnect()
  return ms
}

async function used(): Promise<number> {
  await turns()
  // Only now: the flag would change how other benches are measured.
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  await turns()
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
}
