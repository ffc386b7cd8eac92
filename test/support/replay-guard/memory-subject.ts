import type { ReplayGuardSubject } from '@sallyport/contracts'
import { createMemoryReplayGuard, type ReplayGuard } from 'sallyport'

/** Guards of one process: the same one for each that asks. */
export function createMemorySubject(): ReplayGuardSubject {
  const stores = new Map<string, { guard: ReplayGuard; passed: number }>()
  return {
    isBounded: true,
    createGuard(store, { capacity } = {}) {
      const known = stores.get(store)
      if (known) return known.guard
      const guard = createMemoryReplayGuard({ capacity, elapsed: () => stores.get(store)!.passed })
      stores.set(store, { guard, passed: 0 })
      return guard
    },
    passTime(store, ms) {
      stores.get(store)!.passed += ms
    },
    removeStore: (store) => void stores.delete(store),
  }
}
