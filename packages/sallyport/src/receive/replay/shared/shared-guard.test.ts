import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createSharedGuard } from './shared-guard.ts'
import type { ReplayStore } from './store.ts'

const terms = { claimId: 'own', now: 0, retentionMs: 600_000, minimumMs: 60_000 }

/** A store whose claims take so long. */
function createSlowStore(ms: number) {
  const released: string[] = []
  const store: ReplayStore = {
    name: 'slow',
    open: async () => {},
    claim: () => new Promise((resolve) => setTimeout(() => resolve('claimed'), ms)),
    commit: () => {},
    release: ({ claimId }) => void released.push(claimId),
    renew: () => {},
  }
  return { store, released }
}

describe('createSharedGuard', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('rejects a claim that may be over when its answer arrives', async () => {
    const { store, released } = createSlowStore(1_200)
    const guard = createSharedGuard(store, '', { leaseMs: 1_000, timeoutMs: 2_000 })
    const claiming = expect(guard.claim('a', terms)).rejects.toMatchObject({ code: 'REPLAY_GUARD_FAILED' })
    await vi.advanceTimersByTimeAsync(1_200)
    await claiming
    expect(released).toEqual(['own'])
  })

  it('takes a slow answer that leaves time to renew the claim', async () => {
    const { store, released } = createSlowStore(400)
    const guard = createSharedGuard(store, '', { leaseMs: 1_000, timeoutMs: 2_000 })
    const claiming = expect(guard.claim('a', terms)).resolves.toBe('claimed')
    await vi.advanceTimersByTimeAsync(400)
    await claiming
    expect(released).toEqual([])
  })
})
