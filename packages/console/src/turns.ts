/**
 * Makes what runs work in turn, one at a time. Who asked stops waiting at some time; a turn that begins later fails at once.
 *
 * @param now milliseconds of a clock that does not go back
 */
export function createTurns(
  longestMs: number,
  now: () => number = () => performance.now(),
): <Result>(work: () => Promise<Result>, late: () => Error) => Promise<Result> {
  let last: Promise<void> = Promise.resolve()
  return async (work, late) => {
    const before = last
    const turn = Promise.withResolvers<void>()
    last = turn.promise
    const asked = now()
    await before
    try {
      if (now() - asked >= longestMs) throw late()
      return await work()
    } finally {
      turn.resolve()
    }
  }
}
