/**
 * Work on the thread pool, a few pieces at a time.
 *
 * Not p-limit: that queues at once, so after a failure the rest of a hostile archive would still be inflated. Here the loop
 * that hands out work waits for a free lane and stops at the first failure.
 */
export interface Lanes {
  /**
   * Begins a piece of work once a lane is free.
   *
   * @throws the error of an earlier piece
   */
  begin(work: () => Promise<void>): Promise<void>
  /** Waits for all pieces. @throws the first error */
  finish(): Promise<void>
}

// As many as libuv has threads by default; each holds its whole result.
const mostInFlight = 4

/** Makes free lanes. A caller that gives up may just leave them: no rejection goes unhandled. */
export function createLanes(): Lanes {
  const inFlight = new Set<Promise<void>>()
  let failure: { readonly cause: unknown } | undefined

  async function follow(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (cause) {
      failure ??= { cause }
    }
  }

  function expectNoFailure(): void {
    if (failure) throw failure.cause
  }

  return {
    async begin(work) {
      if (inFlight.size >= mostInFlight) await Promise.race(inFlight)
      expectNoFailure()
      const one = follow(work).then(() => void inFlight.delete(one))
      inFlight.add(one)
    },
    async finish() {
      if (inFlight.size > 0) await Promise.all(inFlight)
      expectNoFailure()
    },
  }
}
