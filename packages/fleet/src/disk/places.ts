/**
 * Bounds how much is done at once. When no place is free, the caller does the work itself before it begins the next. So work
 * may hand out work of its own (a folder its files) and never waits for a place that a waiting caller holds; with p-limit,
 * nested folders would.
 */
export class Places {
  #free: number

  constructor(most: number) {
    this.#free = most
  }

  /** Resolves when all work has ended, failed or not; after a failure no more is begun. Rejects with the first failure. */
  async each<Item>(items: Iterable<Item>, work: (item: Item) => Promise<unknown>): Promise<void> {
    const failures: unknown[] = []
    const running: Promise<unknown>[] = []
    const attempt = async (item: Item) => {
      try {
        await work(item)
      } catch (error) {
        failures.push(error)
      }
    }
    for (const item of items) {
      if (failures.length > 0) break
      if (this.#free === 0) {
        await attempt(item)
        continue
      }
      this.#free -= 1
      running.push(attempt(item).finally(() => (this.#free += 1)))
    }
    await Promise.all(running)
    if (failures.length > 0) throw failures[0]
  }
}
