import { createCoalescer } from '../coalesce.ts'
import { createConsumer, type ClaimSource, type Consumer } from '../consumer.ts'
import type { ConsumeOptions, RunEvent } from '../engine.ts'
import { workerName, type AttemptRecord } from '../history.ts'
import type { Claims, PgBossClaim, Settlement } from './claim.ts'

/** What a consumer works on and how often it looks. */
export interface ConsumerOptions {
  readonly claims: Claims
  /** Milliseconds after which a process that renewed no lease has lost its events. */
  readonly leaseMs: number
  /** Milliseconds between two looks for events that other processes stored. */
  readonly pollMs: number
  /** Gets the first of a series of failures to claim. */
  readonly report: (error: unknown) => void
}

/** Begins at once. Every wait is a timer's: the database says what time it is. */
export function startConsumer(
  { claims, leaseMs, pollMs, report }: ConsumerOptions,
  run: RunEvent,
  options: ConsumeOptions,
): Consumer<PgBossClaim> {
  const { retry, order } = options
  // Providers without a receiver here, as far as their events were met.
  const others = new Set<string>()
  const settling = createCoalescer((settlements: readonly Settlement[]) => claims.settle(settlements, order))
  const source: ClaimSource<PgBossClaim> = {
    pollMs,
    // In order, the next event of a line is due when the outcome of the one before is written.
    claimsEarly: order === 'none',
    report,
    claim,
    async write(made, { outcome, error, waitMs, failure, shape, durationMs }) {
      const endedAt = made.begunAt + durationMs
      const attempt =
        outcome === 'handled' ? undefined : { ...toAttempt(made, outcome), endedAt, durationMs, error: failure }
      const [isHeld] = await settling.add([{ ...nameOf(made), outcome, error, waitMs, shape, attempt }])
      // The poll finds longer waits.
      if (waitMs !== undefined && waitMs < pollMs) setTimeout(consumer.wake, waitMs).unref()
      return isHeld === true
    },
  }
  const consumer = createConsumer(source, run, options)

  async function claim(most: number, isWanted: () => boolean): Promise<{ claims: readonly PgBossClaim[] }> {
    const mine = options.providers?.()
    for (;;) {
      const ignored = [...others].filter((provider) => !mine?.includes(provider))
      const claimed = await claims.claim({ most, order, mine, ignored, running: consumer.running() }, isWanted)
      if ('claims' in claimed) return claimed
      for (const provider of claimed.others) {
        others.add(provider)
        options.onNoReceiver?.(provider)
      }
    }
  }

  async function recoverLost(): Promise<void> {
    const { dead, count } = await claims.recover(leaseMs, retry, order)
    consumer.reportDead(dead)
    if (count > 0 || dead.length > 0) consumer.wake()
  }

  async function giveBack(): Promise<void> {
    const left = consumer.running().map((made) => ({
      ...nameOf(made),
      outcome: 'retried' as const,
      error: 'its inbox stopped',
      attempt: toAttempt(made, 'lost'),
    }))
    if (left.length > 0) await claims.settle(left, order)
  }

  const timers = [
    setInterval(() => void claims.keep(consumer.running()).catch(() => {}), leaseMs / 3),
    setInterval(() => void recoverLost().catch(() => {}), leaseMs / 2),
  ]
  void recoverLost().catch(() => {})
  consumer.wake()

  return {
    ...consumer,
    async stop(drainMs) {
      await consumer.stop(drainMs)
      // Otherwise they wait for their leases to expire, as they do if this fails.
      await giveBack().catch(() => {})
      timers.forEach(clearInterval)
    },
  }
}

function nameOf({ job, event: { orderKey } }: PgBossClaim): Pick<Settlement, 'job' | 'isOrdered'> {
  return { job, isOrdered: orderKey !== undefined }
}

function toAttempt({ event, begunAt }: PgBossClaim, outcome: AttemptRecord['outcome']): AttemptRecord {
  return { number: event.attempts, outcome, begunAt, worker: workerName }
}
