import { workersOf } from './inbox-handled.ts'
import type { Drain, Drained } from './inbox-drain.ts'

// The process that drains a backlog: started with what to drain, answers once.
const { kind, worker, place, name, events, mostMs } = JSON.parse(process.argv[2] ?? '') as Drain
process.once('disconnect', () => process.exit(1))
const store = await workersOf(kind)[worker]!(place, name)
const over = Promise.withResolvers<void>()
const samples: { readonly at: number; readonly done: number }[] = []
const start = performance.now()
let done = 0
const sample = (): void => void samples.push({ at: performance.now() - start, done })
const sampling = setInterval(sample, 20)
const timer = setTimeout(over.resolve, mostMs)
await store.work(
  () => {},
  (count) => {
    done += count
    if (done >= events) over.resolve()
  },
)
await over.promise
sample()
clearInterval(sampling)
clearTimeout(timer)
const { at: wholeMs, done: all } = samples.at(-1)!
const answer: Drained = {
  rate: (all / wholeMs) * 1_000,
  endByBeginning: (all - doneAt(0.8 * wholeMs)) / Math.max(1, doneAt(0.2 * wholeMs)),
  peakMb: process.resourceUsage().maxRSS / 1_024,
}
await new Promise((resolve) => process.send!(answer, resolve))
await store.stop()
process.exit()

function doneAt(time: number): number {
  return samples.findLast(({ at }) => at <= time)?.done ?? 0
}
