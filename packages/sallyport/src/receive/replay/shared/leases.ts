import type { Holder, Remembered, ReplayStore } from './store.ts'

const mostAtOnce = 1_000
const mostUnsettled = 10_000

interface Lease extends Holder {
  readonly until: number
  renewedAt: number
}

interface Unsettled extends Holder {
  readonly times: Remembered
  readonly until: number
}

/**
 * The claims of this process. A claim lasts for a lease, so that one of a process that died ends by itself. While the handler
 * runs, the lease is renewed; a lease of a short handler never needs to be. Outcomes that the store did not take are tried again.
 */
export interface Leases {
  /** @param sentAt when the store was asked, by `performance.now()`: the lease may have begun then. @default now */
  add(holder: Holder, times: Remembered, sentAt?: number): void
  /** To be called before the claim is settled. */
  remove(holder: Holder): void
  /** The event was handled, but the store did not take that. */
  keepTrying(holder: Holder, times: Remembered): void
}

export function createLeases(store: ReplayStore, leaseMs: number): Leases {
  const held = new Map<string, Lease>()
  const unsettled = new Map<string, Unsettled>()
  const beatMs = leaseMs / 3
  let timer: NodeJS.Timeout | undefined
  let beating: Promise<void> | undefined

  function start(): void {
    if (timer !== undefined) return
    timer = setInterval(() => {
      if (held.size === 0 && unsettled.size === 0) {
        clearInterval(timer)
        timer = undefined
        return
      }
      // While the store is away, callers are told by their own calls.
      beating ??= beat().finally(() => (beating = undefined))
    }, beatMs)
    timer.unref()
  }

  /** Never rejects. */
  async function beat(): Promise<void> {
    const now = performance.now()
    const due: Lease[] = []
    for (const lease of held.values()) {
      // A handler that never ends: as in memory, no claim lasts longer than its event would be remembered.
      if (lease.until <= now) held.delete(lease.claimId)
      else if (now - lease.renewedAt >= beatMs) due.push(lease)
    }
    for (let index = 0; index < due.length; index += mostAtOnce) {
      const batch = due.slice(index, index + mostAtOnce).filter(({ claimId }) => held.has(claimId))
      await renew(batch, now).catch(ignore)
    }
    for (const outcome of unsettled.values()) {
      const { id, claimId, times, until } = outcome
      try {
        if (until > now) await store.commit({ id, claimId }, times)
        unsettled.delete(claimId)
      } catch {
        // To the end: the store may be down, or reject only this one.
        unsettled.delete(claimId)
        unsettled.set(claimId, outcome)
        return
      }
    }
  }

  async function renew(batch: readonly Lease[], now: number): Promise<void> {
    await store.renew(batch, leaseMs)
    for (const lease of batch) lease.renewedAt = now
  }

  return {
    add({ id, claimId }, { retentionMs }, sentAt = performance.now()) {
      held.set(claimId, { id, claimId, until: sentAt + retentionMs, renewedAt: sentAt })
      start()
    },
    remove({ claimId }) {
      held.delete(claimId)
    },
    keepTrying({ id, claimId }, times) {
      const [oldest] = unsettled.keys()
      if (oldest !== undefined && unsettled.size >= mostUnsettled) unsettled.delete(oldest)
      unsettled.set(claimId, { id, claimId, times, until: performance.now() + times.retentionMs })
      start()
    },
  }
}

const ignore = (): void => {}
