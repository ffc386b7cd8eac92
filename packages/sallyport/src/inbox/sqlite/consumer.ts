import type { ConsumeOptions, ConsumeOutcome, RunEvent, StoredEvent } from '../engine.ts'
import { describeError } from '../inbox-error.ts'
import { isPermanent } from '../attempt.ts'
import { retryDelay } from '../retry-policy.ts'
import type { Client } from './client.ts'
import type { Claimed, Settlement } from './queue.ts'

/** Hands out events that are due. */
export interface Consumer {
  /** @throws InboxError `INBOX_LOCKED` while another process works on the inbox */
  start(): Promise<void>
  /** Something may be due. */
  wake(): void
  /** Claims no more; waits so long for handlers at work, then aborts them. */
  stop(drainMs: number): Promise<void>
}

// Other processes may accept events too, and after a failure of the store there is nobody else to tell that it is back.
const lookEveryMs = 1_000

export function createConsumer(client: Client, run: RunEvent, options: ConsumeOptions): Consumer {
  const { concurrency, retry, order } = options
  const atWork = new Map<string, Promise<void>>()
  const stopping = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let isStopped = false
  let looking: Promise<void> | undefined
  let mustLookAgain = false
  let mayHaveLostClaims = false

  const mayClaim = (): boolean => mustLookAgain && !isStopped && atWork.size < concurrency

  function wake(): void {
    mustLookAgain = true
    if (!looking && mayClaim()) looking = look()
  }

  async function look(): Promise<void> {
    clearTimeout(timer)
    let nextLookAt = Date.now() + lookEveryMs
    try {
      while (mayClaim()) {
        mustLookAgain = false
        if (mayHaveLostClaims) await recover()
        nextLookAt = Math.min(await claim(concurrency - atWork.size), Date.now() + lookEveryMs)
      }
    } catch {
      mayHaveLostClaims = true
    }
    // In the turn in which the loop ended: a wake in between would be lost.
    looking = undefined
    if (isStopped) return
    // An idle inbox does not keep the process alive: what is due later is on disk.
    timer = setTimeout(wake, Math.max(1, nextLookAt - Date.now())).unref()
  }

  /** Begins what is due; resolves to the time when more will be. */
  async function claim(limit: number): Promise<number> {
    const { events, nextDueAt = Infinity } = await client.ask<Claimed>({ kind: 'claim', limit, order })
    // Told to stop meanwhile: they go back as if never claimed.
    if (isStopped) await Promise.all(events.map(({ key }) => client.ask({ kind: 'unclaim', key })))
    else events.forEach(begin)
    if (events.length === limit) mustLookAgain = true
    return nextDueAt
  }

  // A claim whose answer was lost is carried out nonetheless: its events are active, and nobody is at work on them.
  async function recover(): Promise<void> {
    const dead = await client.ask<readonly StoredEvent[]>({ kind: 'work', retry, order, atWork: [...atWork.keys()] })
    mayHaveLostClaims = false
    for (const event of dead) tell({ event, outcome: 'dead', attempt: event.attempts, error: new Error(event.error) })
  }

  function begin(event: StoredEvent): void {
    const work = handle(event).finally(() => {
      // The answer that ends this run may have come together with the next run of the same event.
      if (atWork.get(event.key) === work) atWork.delete(event.key)
      wake()
    })
    atWork.set(event.key, work)
  }

  async function handle(event: StoredEvent): Promise<void> {
    const { key, attempts: attempt } = event
    const isLast = attempt >= retry.attempts
    try {
      await run(event, { number: attempt, isLast, idempotencyKey: key, signal: stopping.signal })
    } catch (error) {
      const failed = { key, attempt, error: describeError(error) }
      if (isLast || isPermanent(error)) await settle(event, { ...failed, outcome: 'dead' }, error)
      else
        await settle(event, { ...failed, outcome: 'retried', waitMs: retryDelay(retry, attempt, Math.random()) }, error)
      return
    }
    await settle(event, { key, attempt, outcome: 'handled' })
  }

  // An outcome that cannot be written is tried until it can: giving up would run the handlers again for nothing. What ends
  // after the worker lost its patience has no outcome: an abort says nothing about the event, which runs again.
  async function settle(event: StoredEvent, settlement: Settlement, error?: unknown): Promise<void> {
    const { outcome, attempt } = settlement
    while (!stopping.signal.aborted) {
      try {
        await client.ask({ kind: 'settle', settlement })
        tell({ event, outcome, attempt, ...(error === undefined ? undefined : { error }) })
        return
      } catch {
        await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
      }
    }
  }

  function tell(outcome: ConsumeOutcome): void {
    try {
      options.onOutcome(outcome)
    } catch (error) {
      console.error('sallyport: onOutcome failed:', error)
    }
  }

  return {
    start: recover,
    wake,
    async stop(drainMs) {
      isStopped = true
      clearTimeout(timer)
      let patience: NodeJS.Timeout | undefined
      const isOver = new Promise((resolve) => {
        patience = setTimeout(resolve, drainMs)
      })
      await looking
      await Promise.race([Promise.all(atWork.values()), isOver])
      clearTimeout(patience)
      stopping.abort()
    },
  }
}
