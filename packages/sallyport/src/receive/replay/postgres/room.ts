/** What keeps a table small. Each is a short transaction of its own. */
export interface RoomSteps {
  /** Deletes some of the events that are past their time; resolves to whether there may be more. */
  deleteExpired(): Promise<boolean>
  /** Forgets the oldest events that no replay needs, at most so many. */
  deleteOldest(most: number): Promise<void>
  count(): Promise<number>
}

/** Knows whether a table has room. There is no timer: a table grows by claims, and is cleaned by claims. */
export interface Room {
  /** Whether one more event may be added. */
  check(): Promise<boolean>
  /** Makes room for one more event; resolves to whether there is any. */
  make(): Promise<boolean>
  /** To be called after each new event. Cleans up now and then, while nobody waits. */
  note(): void
}

const mostClaims = 200
const mostMs = 5_000
const mostSteps = 100

export function createRoom(steps: RoomSteps, capacity: number): Room {
  let counted = Infinity
  let added = 0
  let cleanedAt = -Infinity

  const countOnce = once(count)
  const cleanOnce = once(clean)
  const forgetOnce = once(forget)

  const isFull = (): boolean => counted + added >= capacity

  async function clean(): Promise<void> {
    let isMore = true
    for (let step = 0; isMore && step < mostSteps; step++) isMore = await steps.deleteExpired()
    await count()
    cleanedAt = performance.now()
  }

  async function forget(): Promise<void> {
    // Some more than one, so that not every claim has to.
    await steps.deleteOldest(counted - capacity + Math.max(1, Math.min(1_000, Math.floor(capacity / 100))))
    await count()
  }

  async function count(): Promise<void> {
    const before = added
    counted = await steps.count()
    added -= before
  }

  return {
    async check() {
      // Before the first claim; cleaning what others left behind may take longer than a sender waits.
      if (counted === Infinity) await countOnce()
      return !isFull()
    },
    async make() {
      if (isFull()) await cleanOnce()
      if (isFull()) await forgetOnce()
      return !isFull()
    },
    note() {
      added++
      // A failure shows at the next claim.
      if (added >= mostClaims || performance.now() - cleanedAt > mostMs) cleanOnce().catch(() => {})
    },
  }
}

/** Work that callers share while it is under way. */
function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  return () => (running ??= work().finally(() => (running = undefined)))
}
