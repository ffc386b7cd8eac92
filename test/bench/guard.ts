import { randomUUID } from 'node:crypto'
import { createMemoryReplayGuard, type ReplayTerms } from 'sallyport'
import { compare } from './measure.ts'
import type { BenchOptions, Row } from './report.ts'

const atWork = 40_000
const capacity = 200_000

/** The guard bench: one event claimed and remembered, in a guard with few keys, with many at work, and with no room. */
export async function benchGuard({ quick }: BenchOptions): Promise<Row[]> {
  const subjects = [
    { name: 'floor', run: inGuard(0, 0) },
    { name: '40,000 at work', run: inGuard(atWork, 0) },
    { name: 'full', run: inGuard(0, capacity) },
  ]
  const measured = await compare(subjects, quick ? { rounds: 2, batchMs: 0.5 } : { rounds: 100, batchMs: 4 })
  return measured.map(({ name: subject, median, ratio }) => ({
    subject,
    case: 'claim and commit',
    median: median * 1000,
    unit: 'µs',
    ratio,
    ...(subject === 'floor' ? {} : { aim: '4' }),
  }))
}

/** One event after the other in a guard with `pending` claims and room for others, or `done` events and none. */
function inGuard(pending: number, done: number): () => void {
  // Its time is a count of events.
  let now = 0
  const guard = createMemoryReplayGuard({ capacity, elapsed: () => now })
  const next = (minimumMs: number, retentionMs: number): [string, ReplayTerms] => [
    `event ${++now}`,
    { claimId: randomUUID(), now, minimumMs, retentionMs },
  ]
  for (let count = 0; count < pending; count++) void guard.claim(...next(2 ** 40, 2 ** 40))
  const handle = (): void => {
    const [key, terms] = next(100, done > 0 ? 2 ** 40 : 1000)
    void guard.claim(key, terms)
    void guard.commit(key, terms)
  }
  for (let count = 0; count < done; count++) handle()
  return handle
}
