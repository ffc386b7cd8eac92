// Polls skipped after a failure: 1, 2, 4 … 32.
const mostPassed = 32

/**
 * Notifications that stay pending: those left alone, and those whose handler failed. Failed ones are retried in fewer and
 * fewer polls, so that one that always fails does not slow down the rest.
 */
export class Backlog {
  readonly #left = new Set<string>()
  readonly #failed = new Map<string, { failures: number; passes: number }>()

  /** Number of pending notifications. */
  get size(): number {
    return this.#left.size + this.#failed.size
  }

  /** Whether to handle a notification in this poll; call it once per poll. */
  isDue(id: string): boolean {
    const failed = this.#failed.get(id)
    if (failed && failed.passes > 0) {
      failed.passes--
      return false
    }
    return !this.#left.has(id)
  }

  leave(id: string): void {
    this.#failed.delete(id)
    this.#left.add(id)
  }

  fail(id: string): void {
    const failures = (this.#failed.get(id)?.failures ?? 0) + 1
    this.#failed.set(id, { failures, passes: Math.min(2 ** (failures - 1), mostPassed) })
  }

  settle(id: string): void {
    this.#failed.delete(id)
  }

  /** Forgets those that are no longer pending. */
  keepOnly(ids: ReadonlySet<string>): void {
    for (const kept of [this.#left, this.#failed]) {
      for (const id of kept.keys()) if (!ids.has(id)) kept.delete(id)
    }
  }
}
