import { randomBytes, randomUUID } from 'node:crypto'
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

  /** Claims an event of its own: a store may be read but not written, or lack a right. */
  async function tryOut(): Promise<void> {
    await open()
    const holder = { id: randomBytes(32), claimId: randomUUID() }
    await store.claim(holder, trialMs, { retentionMs: trialMs, minimumMs: trialMs })
    await store.release(holder)
  }

  async function claimInTime(holder: Holder, times: Remembered): Promise<ReplayClaim> {
    let sentAt: number | undefined
    async function ask(): Promise<ReplayClaim> {
      if (!isOpen) await open()
      sentAt = performance.now()
      return store.claim(holder, leaseMs, times)
    }
    // Nobody handles what is claimed too late: without this, the sender's retry would have to wait for the end of the lease.
    const forget = (): void => void Promise.resolve(store.release(holder)).catch(ignore)
    try {
      const claim = await limit.wait(ask, (late) => late === 'claimed' && forget())
      if (claim !== 'claimed') return claim
      // Otherwise the lease may end before it is renewed for the first time.
      if (performance.now() - sentAt! > leaseMs / 2)
        throw failGuard(`the store took more than half of the lease of ${leaseMs} ms to answer`)
      leases.add(holder, times, sentAt)
      return claim
    } catch (error) {
      const failure = toFailure(error)
      if (failure.code !== 'REPLAY_GUARD_FAILED') throw failure
      // It may have done it all the same.
      if (sentAt !== undefined) forget()
      isOpen = false
      throw failure
    }
  }

  return {
    name: store.name,
    async ready() {
      await limit.wait(tryOut).catch((error: unknown) => {
        throw toFailure(error)
      })
    },
    claim: async (key, terms) => claimInTime({ id: toId(key), claimId: terms.claimId }, toTimes(terms)),
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
    ...(store.usage && {
      async usage() {
        if (!isOpen) await limit.wait(open)
        return limit.wait(async () => store.usage!())
      },
    }),
  }
}

// A process that dies in between leaves it for so long.
const trialMs = 1_000
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
