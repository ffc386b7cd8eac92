/** Work on the thread pool, a few pieces at a time. */
export interface Lanes {
  /**
   * Begins a piece of work as soon as a lane is free.
   *
   * @throws what an earlier piece failed with
   */
  begin(work: () => Promise<void>): Promise<void>
  /** Waits until all is done. @throws what a piece failed with */
  finish(): Promise<void>
}

// As many as libuv has threads by default; each holds its whole result.
const mostInFlight = 4

/** Makes lanes that are all free. Whoever gives up half-way just leaves them: no failure in there goes unhandled. */
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
