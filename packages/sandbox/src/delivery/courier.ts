import { setMaxListeners } from 'node:events'
import pLimit from 'p-limit'
import type { Clock } from '../clock.ts'
import type { PendingDelivery } from '../state/state.ts'
import { keepAttempt, type Store } from '../state/store.ts'
import { attemptDelivery, createHolds } from './attempt-delivery.ts'
import type { DeliveryAttempt, DeliveryResult, Job, PlatformName, Route, TriggeredDelivery } from './delivery.ts'
import { createRandom, type CompleteFault, type Random } from './faults.ts'
import { readKeptRequest, resendAttempt, type KeptRequest } from './resend-attempt.ts'
import { toDelay, type CompleteRetryPolicy } from './retry-policy.ts'

/** Options of `createCourier`. */
export interface CourierOptions {
  readonly clock: Clock
  readonly store: Store
  readonly retry: CompleteRetryPolicy
  readonly concurrency: number
  readonly timeoutMs: number
  readonly seed: number
  /** Faults of all deliveries, read at each attempt. */
  readonly faults: () => readonly CompleteFault[]
}

/** Sends deliveries to receivers, with retries. */
export interface Courier {
  readonly routes: Map<PlatformName, Route>
  /** Sends a delivery until a 2xx answer or the last retry. */
  send(job: Job): TriggeredDelivery
  /**
   * Sends the request of an attempt again, as a further attempt of its delivery.
   *
   * @throws SandboxError `NOT_FOUND` where the bytes are no longer kept
   */
  resend(attempt: DeliveryAttempt): Promise<DeliveryAttempt>
  /** Continues the pending deliveries in the state. */
  resume(): void
  /** Waits until no request is running; waiting deliveries do not count. */
  idle(): Promise<void>
  /** Waits until every delivery has ended. */
  settled(): Promise<void>
  /** Stops all deliveries; pending ones stay in the state. */
  stop(): Promise<void>
}

/** Creates a courier. The platforms add their routes. */
export function createCourier(options: CourierOptions): Courier {
  const { clock, store, retry } = options
  const routes = new Map<PlatformName, Route>()
  const inSlot = pLimit(options.concurrency)
  const holds = createHolds()
  const stopping = new AbortController()
  // One listener per waiting delivery.
  setMaxListeners(0, stopping.signal)
  const running = new Set<Promise<unknown>>()
  const whenIdle = new Set<() => void>()
  let active = 0
  let sequence = 0

  function changeActive(by: 1 | -1): void {
    active += by
    if (active > 0) return
    for (const resolve of whenIdle) resolve()
    whenIdle.clear()
  }

  /** Waits on the clock or for a promise; the delivery counts as idle in the meantime. */
  async function wait(ms: number, until?: Promise<unknown>): Promise<void> {
    if (stopping.signal.aborted) return
    changeActive(-1)
    await new Promise<void>((resolve) => {
      let isOver = false
      // Active again at once, not a turn later: a test that advances the clock calls idle() next.
      const end = (): void => {
        if (isOver) return
        isOver = true
        changeActive(1)
        cancel()
        stopping.signal.removeEventListener('abort', end)
        resolve()
      }
      const cancel = clock.schedule(clock.now() + ms, end)
      stopping.signal.addEventListener('abort', end)
      void until?.then(end)
    })
  }

  async function carry(job: Job, route: Route, random: Random): Promise<DeliveryResult> {
    const made: DeliveryAttempt[] = []
    const tools = { ...options, route, random, holds, signal: stopping.signal, wait, inSlot }
    for (;;) {
      const rest = job.dueAt - clock.now()
      if (rest > 0) await wait(rest)
      if (stopping.signal.aborted) return { status: 'cancelled', attempts: made }
      const outcome = await attemptDelivery(job, { ...tools, faults: options.faults() })
      // The next run repeats an interrupted attempt.
      if (stopping.signal.aborted && !outcome?.isDelivered) return { status: 'cancelled', attempts: made }
      if (outcome === undefined) return end('cancelled')

      job.attempts += 1
      for (const attempt of outcome.attempts) {
        made.push(attempt)
        keep(attempt, route)
      }
      if (outcome.isDelivered) return end('delivered')
      const most = route.rules?.attempts ?? retry.attempts
      if (!route.retries || !outcome.isRetried || job.attempts >= most) return end('failed')
      job.dueAt = clock.now() + toDelay(retry, job.attempts, outcome.retryAfterSeconds, random)
      store.changed()
    }

    function end(status: DeliveryResult['status']): DeliveryResult {
      const { pending } = store.state
      const index = pending.findIndex(({ id }) => id === job.id)
      if (index >= 0) pending.splice(index, 1)
      store.changed()
      return { status, attempts: made }
    }
  }

  function keep(attempt: DeliveryAttempt, route: Route): void {
    keepAttempt(store.state, attempt)
    route.onAttempt?.(attempt.target, attempt)
  }

  async function resend(attempt: DeliveryAttempt, request: KeptRequest): Promise<DeliveryAttempt> {
    const route = routes.get(attempt.platform)!
    const numbers = store.state.attempts
      .filter(({ deliveryId }) => deliveryId === attempt.deliveryId)
      .map(({ attemptNumber }) => attemptNumber)
    const tools = { ...options, route, signal: stopping.signal, inSlot }
    const made = await resendAttempt(attempt, request, Math.max(0, ...numbers) + 1, tools)
    keep(made, route)
    store.changed()
    return made
  }

  /** Counts work as active until it ends. */
  function track<Result>(work: Promise<Result>): Promise<Result> {
    changeActive(1)
    const tracked = work.finally(() => {
      running.delete(tracked)
      changeActive(-1)
    })
    running.add(tracked)
    return tracked
  }

  function start(job: Job): TriggeredDelivery {
    const route = routes.get(job.platform)!
    const { id, platform, eventType, target } = job
    // One generator per delivery, so that its faults do not depend on the timing of others.
    const random = createRandom(options.seed + Math.imul((sequence += 1), 0x9e3779b9))
    const url = route.find(target)?.url ?? ''
    return { id, platform, eventType, url, finished: track(carry(job, route, random)) }
  }

  return {
    routes,
    send(job) {
      if (isPending(job)) store.state.pending.push(job)
      store.changed()
      return start(job)
    },
    // Async, so that an error of the first call rejects and is no work to wait for.
    resend: async (attempt) => track(resend(attempt, readKeptRequest(attempt))),
    resume() {
      store.state.pending.map((job) => start(job))
    },
    idle: () => (active === 0 ? Promise.resolve() : new Promise((resolve) => whenIdle.add(resolve))),
    async settled() {
      while (running.size > 0) await Promise.all(running)
    },
    async stop() {
      stopping.abort()
      await Promise.all(running)
    },
  }
}

/**
 * Fleet's deliveries are run by a person who sees the result, and a provider of the user's own is code, so they are never
 * continued later.
 */
function isPending(job: Job): job is Job & PendingDelivery {
  return job.platform !== 'fleet' && job.platform !== 'own'
}
