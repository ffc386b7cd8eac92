/** Something to time; `run` does one operation. */
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
  /**
   * Milliseconds per subject in total, for subjects that differ by orders of magnitude. Each then has its own batch size, and
   * a slow one gets fewer rounds. Without it every subject does the same operations.
   */
  readonly budgetMs?: number
  /**
   * Called before each batch to clean up after the previous one, which would be timed otherwise. A batch of several
   * operations then runs once untimed, to be compiled again.
   */
  readonly settle?: () => Promise<void>
}

/** Measurements of one subject. */
export interface Measurement {
  readonly name: string
  /** Median milliseconds of one operation. */
  readonly median: number
  /** Median over the rounds of this subject's time divided by the reference's in the same round. */
  readonly ratio: number
  readonly rounds: number
}

/** The middle value; for an even number of values, the mean of the middle two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/**
 * Times subjects in turns: short batches, every subject once per round, in rotating order. Other load on the machine then
 * affects all of them alike, and ratios are taken within a round.
 *
 * @param subjects the reference first
 */
export async function compare(subjects: readonly Subject[], effort: Effort): Promise<Measurement[]> {
  const count = await findBatchSize(subjects[0]!, effort.batchMs)
  const plans: Plan[] = []
  for (const subject of subjects) plans.push(await plan(subject, count, effort))
  for (let round = 0; round < effort.rounds; round++) {
    for (let turn = 0; turn < plans.length; turn++) {
      const { subject, count: own, rounds, times } = plans[(round + turn) % plans.length]!
      if (times.length >= rounds) continue
      await effort.settle?.()
      // Garbage collection also drops compiled code for objects that no longer exist. An operation that fills a batch by
      // itself is long enough not to be affected.
      if (effort.settle && own > 1) await timeBatch(subject, own)
      times.push(await timeBatch(subject, own))
    }
  }
  const reference = plans[0]!.times
  return plans.map(({ subject: { name }, times }) => ({
    name,
    median: median(times),
    // A slow reference may have fewer rounds.
    ratio: median(times.slice(0, reference.length).map((time, round) => time / reference[round]!)),
    rounds: times.length,
  }))
}

interface Plan {
  readonly subject: Subject
  /** Operations per batch. */
  readonly count: number
  readonly rounds: number
  /** Milliseconds of one operation, by round. */
  readonly times: number[]
}

/** Also warms the subject up. */
async function plan(subject: Subject, count: number, { rounds, batchMs, budgetMs, settle }: Effort): Promise<Plan> {
  if (budgetMs === undefined) {
    await timeBatch(subject, count)
    return { subject, count, rounds, times: [] }
  }
  await settle?.()
  const once = await timeBatch(subject, 1)
  // Such a long operation has warmed up by itself.
  if (once > budgetMs / 2) return { subject, count: 1, rounds: 1, times: [once] }
  const own = await findBatchSize(subject, batchMs)
  const time = Math.max(batchMs, await timeBatch(subject, own))
  return { subject, count: own, rounds: Math.max(1, Math.min(rounds, Math.floor(budgetMs / time))), times: [] }
}

/** Also warms the subject up: the size is final once two timings in a row give about the same. */
async function findBatchSize(subject: Subject, batchMs: number): Promise<number> {
  let count = 1
  for (let attempt = 0; attempt < 20; attempt++) {
    const wanted = Math.max(1, Math.round(batchMs / (await timeBatch(subject, count))))
    if (wanted <= count * 1.25 && wanted >= count * 0.8) return wanted
    count = Math.min(wanted, count * 10)
  }
  return count
}

// Results go here, so that the compiler cannot drop an operation as unused.
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
