// Looks passed over after that many failures: 1, 2, 4 … 32.
const mostPassed = 32

/**
 * Notifications that stay pending: those left alone, and those whose handler failed, which are tried again in ever fewer
 * looks, so that one that always fails does not slow down the rest.
 */
export class Backlog {
  readonly #left = new Set<string>()
  readonly #failed = new Map<string, { failures: number; passes: number }>()

  /** How many there are. */
  get size(): number {
    return this.#left.size + this.#failed.size
  }

  /** Whether a notification is to be handled in this look; asked once in each. */
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

  /** Forgets those that are not pending any more. */
  keepOnly(ids: ReadonlySet<string>): void {
    for (const kept of [this.#left, this.#failed]) {
      for (const id of kept.keys()) if (!ids.has(id)) kept.delete(id)
    }
  }
}
