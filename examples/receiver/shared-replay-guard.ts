import type { ReplayGuard } from 'sallyport'

/** The commands needed of a Redis client. `NX` sets only a new key, `PX` is the lifetime in milliseconds. */
export interface Store {
  set(key: string, value: string, options: { PX: number; NX?: true }): Promise<string | null>
  get(key: string): Promise<string | null>
  del(key: string): Promise<unknown>
}

// Longer than any handler takes. The claim of a process that died is free again after that.
const leaseMs = 5 * 60 * 1000

export function createSharedReplayGuard(store: Store): ReplayGuard {
  return {
    name: 'shared store',
    async claim(key, { claimId }) {
      if ((await store.set(`event:${key}`, claimId, { PX: leaseMs, NX: true })) !== null) return 'claimed'
      return (await store.get(`event:${key}`)) === 'done' ? 'duplicate' : 'pending'
    },
    async commit(key, { retentionMs }) {
      await store.set(`event:${key}`, 'done', { PX: retentionMs })
    },
    async release(key, { claimId }) {
      if ((await store.get(`event:${key}`)) === claimId) await store.del(`event:${key}`)
    },
  }
}
