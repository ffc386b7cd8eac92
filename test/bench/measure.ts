/** One thing to be timed; `run` does one operation. */
export interface Subject {
  readonly name: string
  readonly run: () => unknown
}

/** How long to measure. */
export interface Effort {
  /** Rounds; in each, every subject runs one batch. */
  readonly rounds: number
  /** Milliseconds the reference subject's batch should take. */
  readonly batchMs: number
}

/** What was measured of one subject. */
export interface Measurement {
  readonly name: string
  /** Median milliseconds of one operation. */
  readonly median: number
  /** Median, over the rounds, of this subject's time by the reference's in the same round. */
  readonly ratio: number
}

/** The middle value; of an even number of values, the mean of the middle two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/**
 * Times subjects in turns: short batches, every subject once per round, in an order that rotates. What else the machine
 * does then hits all of them alike, and ratios are taken within a round.
 *
 * @param subjects the reference first
 */
export async function compare(subjects: readonly Subject[], { rounds, batchMs }: Effort): Promise<Measurement[]> {
  const count = await findBatchSize(subjects[0]!, batchMs)
  for (const subject of subjects) await timeBatch(subject, count)
  const times = subjects.map((): number[] => [])
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < subjects.length; turn++) {
      const index = (round + turn) % subjects.length
      times[index]!.push(await timeBatch(subjects[index]!, count))
    }
  }
  const reference = times[0]!
  return subjects.map(({ name }, index) => ({
    name,
    median: median(times[index]!),
    ratio: median(times[index]!.map((time, round) => time / reference[round]!)),
  }))
}

/** Also warms the subject up: the size is settled only once two timings in a row ask for about the same. */
async function findBatchSize(subject: Subject, batchMs: number): Promise<number> {
  let count = 1
  for (let attempt = 0; attempt < 20; attempt++) {
    const wanted = Math.max(1, Math.round(batchMs / (await timeBatch(subject, count))))
    if (wanted <= count * 1.25 && wanted >= count * 0.8) return wanted
    count = Math.min(wanted, count * 10)
  }
  return count
}

// Results go here, so that no operation can be found to be without effect.
export const sink: { last: unknown } = { last: undefined }

/** Milliseconds per operation. A promise is awaited before the next operation, as a route would; nothing else waits. */
async function timeBatch({ run }: Subject, count: number): Promise<number> {
  const start = performance.now()
  for (let index = 0; index < count; index++) {
    const result = run()
    sink.last = result instanceof Promise ? await result : result
  }
  return (performance.now() - start) / count
}
