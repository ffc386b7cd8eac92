import { createCoalescer } from '../coalesce.ts'
import { describeError } from '../inbox-error.ts'
import type { ConsumeOptions, RunEvent } from '../engine.ts'
import { isPermanent } from '../attempt.ts'
import { retryDelay } from '../retry-policy.ts'
import type { Claim, Runs, Settlement } from './runs.ts'

/** Hands out events that are due. */
export interface Consumer {
  /** Something may be due. */
  wake(): void
  /** Claims no more; waits so long for handlers at work, then aborts them and gives their events back. */
  stop(drainMs: number): Promise<void>
}

/** What a consumer works on and how often it looks. */
export interface ConsumerOptions {
  readonly runs: Runs
  /** Milliseconds after which a worker that was not heard of has lost its events. */
  readonly leaseMs: number
  /** Milliseconds between two looks for events that others accepted. */
  readonly pollMs: number
}

// After a failure of the database; outcomes wait so long for the next try.
const tryAgainMs = 1_000

/** Starts to consume at once. Every wait is a timer's: what time it is, the database says. */
export function createConsumer(
  { runs, leaseMs, pollMs }: ConsumerOptions,
  run: RunEvent,
  { concurrency, retry, order, onOutcome }: ConsumeOptions,
): Consumer {
  const atWork = new Map<Claim, Promise<void>>()
  const stopping = new AbortController()
  const timers = new Set<NodeJS.Timeout>()
  const settling = createCoalescer((settlements: readonly Settlement[]) => runs.settle(settlements, order))
  let isStopped = false
  let looking: Promise<void> | undefined
  let mustLookAgain = false

  function wake(): void {
    mustLookAgain = true
    if (isStopped) return
    looking ??= look().finally(() => {
      looking = undefined
    })
  }

  const mayLook = (): boolean => mustLookAgain && !isStopped && atWork.size < concurrency

  async function look(): Promise<void> {
    try {
      while (mayLook()) {
        mustLookAgain = false
        const most = concurrency - atWork.size
        const claims = await runs.claim(most, order, () => !isStopped)
        claims.forEach(begin)
        if (claims.length === most) mustLookAgain = true
      }
    } catch {
      // The next poll looks again.
    }
  }

  function every(ms: number, work: () => unknown): void {
    timers.add(setInterval(work, ms))
  }

  function begin(claim: Claim): void {
    const work = handle(claim).finally(() => {
      atWork.delete(claim)
      wake()
    })
    atWork.set(claim, work)
  }

  async function handle(claim: Claim): Promise<void> {
    const { event } = claim
    const number = event.attempts
    const isLast = number >= retry.attempts
    const isOrdered = event.orderKey !== undefined
    try {
      await run(event, { number, isLast, idempotencyKey: event.key, signal: stopping.signal })
    } catch (error) {
      const reason = { run: claim.run, isOrdered, error: describeError(error) }
      if (isLast || isPermanent(error)) return settle(claim, { ...reason, outcome: 'dead' }, { error })
      const delayMs = retryDelay(retry, number, Math.random())
      await settle(claim, { ...reason, outcome: 'retried', delayMs }, { error })
      wakeIn(delayMs)
      return
    }
    await settle(claim, { run: claim.run, isOrdered, outcome: 'handled' }, undefined)
  }

  function wakeIn(delayMs: number): void {
    // Longer waits are found by a poll.
    if (delayMs >= pollMs || isStopped) return
    const timer = setTimeout(() => {
      timers.delete(timer)
      wake()
    }, delayMs)
    timers.add(timer)
  }

  async function settle(claim: Claim, settlement: Settlement, failure: { error: unknown } | undefined): Promise<void> {
    const isOurs = await write(settlement)
    // Where its lease was lost, another worker runs it, and tells what becomes of it.
    if (isOurs)
      onOutcome({ event: claim.event, outcome: settlement.outcome, attempt: claim.event.attempts, ...failure })
  }

  // An outcome that cannot be written is tried until it can: giving up would run the handlers again for nothing.
  async function write(settlement: Settlement): Promise<boolean> {
    while (!stopping.signal.aborted) {
      try {
        const [isOurs] = await settling.add([settlement])
        return isOurs === true
      } catch {
        await new Promise((resolve) => setTimeout(resolve, tryAgainMs))
      }
    }
    return false
  }

  async function keepLeases(): Promise<void> {
    if (atWork.size > 0) await runs.keep(Array.from(atWork.keys(), (claim) => claim.run))
  }

  async function recoverLost(): Promise<void> {
    const { dead, count } = await runs.recover(leaseMs, retry, order)
    for (const event of dead) {
      onOutcome({ event, outcome: 'dead', attempt: event.attempts, error: new Error(event.error) })
    }
    if (count > 0 || dead.length > 0) wake()
  }

  async function giveBack(): Promise<void> {
    const left = Array.from(atWork.keys(), ({ run: claimed, event }) => ({
      run: claimed,
      isOrdered: event.orderKey !== undefined,
      outcome: 'retried' as const,
      error: 'its worker stopped',
      delayMs: 0,
    }))
    if (left.length > 0) await runs.settle(left, order)
  }

  every(pollMs, wake)
  every(leaseMs / 3, () => void keepLeases().catch(() => {}))
  every(leaseMs / 2, () => void recoverLost().catch(() => {}))
  void recoverLost().catch(() => {})
  wake()

  return {
    wake,
    async stop(drainMs) {
      isStopped = true
      // What a claim under way brings was claimed before, and is at work like the others.
      await looking
      let patience: NodeJS.Timeout | undefined
      const isOver = new Promise((resolve) => {
        patience = setTimeout(resolve, drainMs)
      })
      await Promise.race([Promise.all(atWork.values()), isOver])
      clearTimeout(patience)
      stopping.abort()
      // Without this they would wait for their leases to run out; should it fail, they do.
      await giveBack().catch(() => {})
      timers.forEach(clearInterval)
    },
  }
}
