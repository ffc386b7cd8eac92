/**
 * Makes work that many ask for at once run once: who asks while it runs gets the same result, and so does who asks soon after.
 *
 * @param reuseMs milliseconds for which a result is used again
 * @param now milliseconds; never goes back
 */
export function share<Result>(
  work: () => Promise<Result>,
  reuseMs: number,
  now: () => number = () => performance.now(),
): () => Promise<Result> {
  let current: Promise<Result> | undefined
  let endedAt: number | undefined

  return () => {
    if (current !== undefined && (endedAt === undefined || now() - endedAt < reuseMs)) return current
    endedAt = undefined
    const end = (): void => void (endedAt = now())
    current = work()
    current.then(end, end)
    return current
  }
}
