import { isOwnError } from '../../../errors/sallyport-error.ts'
import type { ReplayClaim, ReplayGuard, ReplayTerms } from '../../replay-terms.ts'
import { createIds } from './ids.ts'
import { createLeases } from './leases.ts'
import type { SharedSettings } from './options.ts'
import type { Holder, Remembered, ReplayStore } from './store.ts'
import { createTimeLimit, failGuard } from './time-limit.ts'

/** A replay guard that can be asked whether its store is usable. */
export type SharedReplayGuard = ReplayGuard & Required<Pick<ReplayGuard, 'ready'>>

/** A guard over a store that several processes share. */
export function createSharedGuard(
  store: ReplayStore,
  namespace: string,
  { leaseMs, timeoutMs }: SharedSettings,
): SharedReplayGuard {
  const toId = createIds(namespace)
  const limit = createTimeLimit(timeoutMs)
  const leases = createLeases(store, leaseMs)
  let isOpen = false
  let opening: Promise<void> | undefined

  async function open(): Promise<void> {
    opening ??= store.open().finally(() => (opening = undefined))
    await opening
    isOpen = true
  }

  async function claimInTime(holder: Holder, times: Remembered): Promise<ReplayClaim> {
    let isSent = false
    async function ask(): Promise<ReplayClaim> {
      if (!isOpen) await open()
      isSent = true
      return store.claim(holder, leaseMs, times)
    }
    // Nobody handles what is claimed too late: without this, the sender's retry would have to wait for the end of the lease.
    const forget = (): void => void Promise.resolve(store.release(holder)).catch(ignore)
    try {
      return await limit.wait(ask, (claim) => claim === 'claimed' && forget())
    } catch (error) {
      const failure = toFailure(error)
      if (failure.code !== 'REPLAY_GUARD_FAILED') throw failure
      // It may have done it all the same.
      if (isSent) forget()
      isOpen = false
      throw failure
    }
  }

  return {
    name: store.name,
    async ready() {
      await limit.wait(open).catch((error: unknown) => {
        throw toFailure(error)
      })
    },
    async claim(key, terms) {
      const holder = { id: toId(key), claimId: terms.claimId }
      const times = toTimes(terms)
      const claim = await claimInTime(holder, times)
      if (claim === 'claimed') leases.add(holder, times)
      return claim
    },
    async commit(key, terms) {
      const holder = { id: toId(key), claimId: terms.claimId }
      const times = toTimes(terms)
      leases.remove(holder)
      try {
        await limit.wait(async () => store.commit(holder, times))
      } catch (error) {
        leases.keepTrying(holder, times)
        throw toFailure(error)
      }
    },
    async release(key, { claimId }) {
      const holder = { id: toId(key), claimId }
      leases.remove(holder)
      await limit
        .wait(async () => store.release(holder))
        .catch((error: unknown) => {
          throw toFailure(error)
        })
    },
    ...(store.usage && { usage: () => limit.wait(async () => store.usage!()) }),
  }
}

// A thousand years and more are too long for PostgreSQL's clock.
const longestMs = 36_500 * 86_400_000

function toTimes({ retentionMs, minimumMs }: ReplayTerms): Remembered {
  const [retention, minimum] = [retentionMs, minimumMs].map((ms) => Math.min(Math.ceil(ms), longestMs))
  return { retentionMs: retention!, minimumMs: minimum! }
}

function toFailure(error: unknown): ReturnType<typeof failGuard> {
  return isOwnError(error) ? error : failGuard('the store failed', error)
}

const ignore = (): void => {}
