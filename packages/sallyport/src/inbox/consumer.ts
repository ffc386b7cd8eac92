import { AsyncLocalStorage } from 'node:async_hooks'
import { runHook } from '../receive/report.ts'
import { longestTimer } from '../options/allow.ts'
import { attempt, type AttemptResult } from './attempt.ts'
import type { Claiming, ConsumeOptions, ConsumeOutcome, RunEvent, StoredEvent } from './engine.ts'
import { withTimeout } from './inbox-error.ts'

/** An event claimed for one attempt. */
export interface ClaimedEvent {
  readonly event: StoredEvent
}

/** Where a consumer gets its events, and where it writes what became of them. */
export interface ClaimSource<C extends ClaimedEvent> {
  /** Milliseconds between two looks for events that other processes stored. */
  readonly pollMs: number
  /** Whether to claim while outcomes are being written. Useless where the next events are due only after that. */
  readonly claimsEarly: boolean
  /**
   * Claims events that are due.
   *
   * @param isWanted false once the consumer has stopped: the source gives the claim back instead of returning it
   * @returns `nextDueAt` where the source knows when the next event is due, in milliseconds since 1970
   */
  claim(
    limit: number,
    isWanted: () => boolean,
  ): Promise<{ readonly claims: readonly C[]; readonly nextDueAt?: number | undefined }>
  /** Writes an outcome; resolves to false where another process has the event by now, and reports on it. */
  write(claim: C, outcome: AttemptResult): Promise<boolean>
  /** Gets the first of a series of failures to claim. */
  report(error: unknown): void
}

/** Claims events that are due and runs their handlers. */
export interface Consumer<C extends ClaimedEvent = ClaimedEvent> {
  /** Something may be due. */
  wake(): void
  /** Claims whose handlers are running, or whose outcome is being written. */
  running(): readonly C[]
  /** How claiming goes. */
  claiming(): Claiming
  /** Reports events that died because their process ended. */
  reportDead(events: readonly StoredEvent[]): void
  /** Claims no more, waits up to `drainMs` for running handlers, then aborts them. */
  stop(drainMs: number): Promise<void>
}

// After a failure of the store.
const writeAgainMs = 1_000

/** Makes the consumer of an engine that claims events itself; it begins with the first `wake`. */
export function createConsumer<C extends ClaimedEvent>(
  source: ClaimSource<C>,
  run: RunEvent,
  options: ConsumeOptions,
): Consumer<C> {
  const { concurrency, onOutcome } = options
  const atWork = new Map<C, Promise<void>>()
  const stopping = new AbortController()
  // Places of `concurrency` that are taken: while handlers run, and where an outcome could not be written.
  let taken = 0
  let isStopped = false
  let isPlanned = false
  let looking: Promise<void> | undefined
  let mustLookAgain = false
  // When the first claim began that has not succeeded.
  let tryingSince: number | undefined
  let failure: { readonly error: unknown } | undefined
  let timer: NodeJS.Timeout | undefined

  // Handlers of an event must not see the AsyncLocalStorage of the request whose event woke the consumer.
  const runOutside = AsyncLocalStorage.snapshot()
  const isWanted = (): boolean => !isStopped
  // Outcomes that are slow to write must not pile up either: if the process dies, their handlers run again.
  const countFree = (): number => Math.min(concurrency - taken, 2 * concurrency - atWork.size)
  const mayClaim = (): boolean => mustLookAgain && !isStopped && countFree() > 0

  function wake(): void {
    mustLookAgain = true
    if (isPlanned || looking || !mayClaim()) return
    isPlanned = true
    // After everything of this turn: one claim for all places that became free in it, and with the outcomes that are written.
    process.nextTick(() => {
      isPlanned = false
      if (!looking && mayClaim()) looking = runOutside(look)
    })
  }

  async function look(): Promise<void> {
    clearTimeout(timer)
    let nextLookAt = Date.now() + source.pollMs
    try {
      while (mayClaim()) {
        mustLookAgain = false
        const limit = countFree()
        tryingSince ??= performance.now()
        const { claims, nextDueAt = Infinity } = await source.claim(limit, isWanted)
        claims.forEach(begin)
        nextLookAt = Math.min(nextDueAt, Date.now() + source.pollMs)
        if (claims.length === limit) mustLookAgain = true
        tryingSince = undefined
        failure = undefined
      }
    } catch (error) {
      // The next look tries again.
      if (!failure && !isStopped) source.report(error)
      failure = { error }
    }
    // In the turn in which the loop ended: a wake in between would be lost.
    looking = undefined
    if (isStopped) return
    // An idle inbox does not keep the process alive: what is due later is on disk.
    timer = setTimeout(wake, Math.max(1, nextLookAt - Date.now())).unref()
  }

  function begin(claim: C): void {
    taken++
    const work = handle(claim).finally(() => {
      atWork.delete(claim)
      wake()
    })
    atWork.set(claim, work)
  }

  async function handle(claim: C): Promise<void> {
    const { event } = claim
    const result = await attempt(run, event, options, stopping.signal)
    const { outcome, thrown: error, durationMs, waitMs } = result
    if (await write(claim, result)) report({ event, outcome, attempt: event.attempts, error, durationMs, waitMs })
  }

  // Until it is written: giving up would run the handlers again for nothing. An attempt that ends after the abort has no
  // outcome, because an abort says nothing about the event, which runs again.
  async function write(claim: C, outcome: AttemptResult): Promise<boolean> {
    while (!stopping.signal.aborted) {
      // The handlers have ended: the next event may be claimed while the outcome is written, or in the same transaction.
      taken--
      if (source.claimsEarly) wake()
      try {
        return await source.write(claim, outcome)
      } catch {
        taken++
        await new Promise((resolve) => setTimeout(resolve, writeAgainMs))
      }
    }
    return false
  }

  function report(outcome: ConsumeOutcome): void {
    void runHook('onOutcome', () => onOutcome(outcome))
  }

  return {
    wake,
    running: () => [...atWork.keys()],
    claiming: () => ({
      failingMs: tryingSince === undefined ? undefined : performance.now() - tryingSince,
      error: failure?.error,
    }),
    reportDead(events) {
      for (const event of events)
        report({ event, outcome: 'dead', attempt: event.attempts, error: new Error(event.error) })
    },
    async stop(drainMs) {
      isStopped = true
      clearTimeout(timer)
      // Its claim is given back, or its handlers run like the others.
      await looking
      await waitAtMost(Promise.all(atWork.values()), drainMs)
      stopping.abort()
    },
  }
}

/** Waits for work, at most this many milliseconds. */
export async function waitAtMost(work: Promise<unknown>, mostMs: number): Promise<void> {
  await withTimeout(work, Math.min(mostMs, longestTimer)).catch(() => {})
}
