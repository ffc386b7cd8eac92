import type { ConsumeOptions, RunEvent, StoredEvent } from '../engine.ts'
import { describeError } from '../describe-error.ts'
import { isPermanent } from '../permanent.ts'
import { retryDelay } from '../retry-policy.ts'
import type { Client } from './client.ts'
import type { Claimed, Settlement } from './store.ts'

/** Hands out events that are due. */
export interface Consumer {
  /** Something may be due. */
  wake(): void
  /** Claims no more; waits so long for handlers at work, then aborts them. */
  stop(drainMs: number): Promise<void>
}

// After a failure of the store; handlers wait so long for the next look.
const lookAgainMs = 1_000
const longestTimer = 2 ** 31 - 1

/** Starts to consume at the first `wake`. */
export function createConsumer(client: Client, run: RunEvent, options: ConsumeOptions): Consumer {
  const { concurrency, retry, order, onOutcome } = options
  const atWork = new Set<Promise<void>>()
  const stopping = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let isStopped = false
  let isLooking = false
  let mustLookAgain = false

  function wake(): void {
    mustLookAgain = true
    if (!isLooking && !isStopped) void look()
  }

  async function look(): Promise<void> {
    isLooking = true
    try {
      while (mustLookAgain && !isStopped && atWork.size < concurrency) {
        mustLookAgain = false
        const limit = concurrency - atWork.size
        const { events, nextDueAt } = await client.ask<Claimed>({ kind: 'claim', limit, order, horizonMs: retry.maxDelayMs })
        // Told to stop meanwhile: they go back as if never claimed.
        if (isStopped) await Promise.all(events.map(({ key }) => client.ask({ kind: 'unclaim', key })))
        else events.forEach(begin)
        if (events.length === limit) mustLookAgain = true
        lookAt(nextDueAt)
      }
    } catch {
      lookAt(Date.now() + lookAgainMs)
    } finally {
      isLooking = false
    }
  }

  function lookAt(time: number | undefined): void {
    if (time === undefined || isStopped) return
    clearTimeout(timer)
    timer = setTimeout(wake, Math.min(longestTimer, Math.max(1, time - Date.now())))
  }

  function begin(event: StoredEvent): void {
    const work = handle(event).finally(() => {
      atWork.delete(work)
      wake()
    })
    atWork.add(work)
  }

  async function handle(event: StoredEvent): Promise<void> {
    const number = event.attempts
    const isLast = number >= retry.attempts
    try {
      await run(event, { number, isLast, idempotencyKey: event.key, signal: stopping.signal })
      await settle(event, { key: event.key, outcome: 'handled', at: Date.now() }, undefined)
    } catch (error) {
      const at = Date.now()
      const isDead = isLast || isPermanent(error)
      const reason = describeError(error)
      if (isDead) await settle(event, { key: event.key, outcome: 'dead', at, error: reason }, error)
      else {
        const dueAt = at + retryDelay(retry, number, Math.random())
        await settle(event, { key: event.key, outcome: 'retried', at, dueAt, error: reason }, error)
      }
    }
  }

  // An outcome that cannot be written is tried until it can: giving up would run the handlers again for nothing.
  async function settle(event: StoredEvent, settlement: Settlement, error: unknown): Promise<void> {
    for (;;) {
      try {
        await client.ask({ kind: 'settle', settlement })
        onOutcome({ event, outcome: settlement.outcome, attempt: event.attempts, ...(error === undefined ? undefined : { error }) })
        return
      } catch {
        if (isStopped) return
        await new Promise((resolve) => setTimeout(resolve, lookAgainMs))
      }
    }
  }

  return {
    wake,
    async stop(drainMs) {
      isStopped = true
      clearTimeout(timer)
      const drained = Promise.all(atWork)
      const patience = new Promise((resolve) => {
        timer = setTimeout(resolve, drainMs)
      })
      await Promise.race([drained, patience])
      clearTimeout(timer)
      stopping.abort()
    },
  }
}
