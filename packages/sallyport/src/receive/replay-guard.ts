import { SallyportError } from '../errors/sallyport-error.ts'

/** What a replay guard knows of a key: new and now ours, done before, or being handled by somebody. */
export type ReplayClaim = 'claimed' | 'duplicate' | 'pending'

/** What a claim is made, committed and released with; times in milliseconds. */
export interface ReplayTerms {
  /** Of this claim alone: tells a late release from that of whoever claimed the key since. */
  readonly claimId: string
  readonly now: number
  /** How long the key is remembered. */
  readonly retentionMs: number
  /** How long the key must be remembered to stop a replay: twice the tolerance, and the time a body may take. */
  readonly minimumMs: number
}

/**
 * Remembers which events were handled. `claim` must be atomic. A store shared by several processes should let a claim
 * that was neither committed nor released lapse, for the process that made it may have died.
 */
export interface ReplayGuard {
  /** Shown by `receiver.describe()`. */
  readonly name: string
  claim(key: string, terms: ReplayTerms): ReplayClaim | Promise<ReplayClaim>
  /** The event was handled: the key is a duplicate from now on. */
  commit(key: string, terms: ReplayTerms): void | Promise<void>
  /** The event was not handled: the sender's retry is to be processed. */
  release(key: string, terms: ReplayTerms): void | Promise<void>
}

/** Options of `createMemoryReplayGuard`. */
export interface MemoryReplayGuardOptions {
  /** Most keys remembered, about 200 bytes each. @default 200_000 */
  readonly capacity?: number
}

interface Entry {
  /** The claim at work; `undefined` once the event was handled, so that memory for a day holds no more than it must. */
  holder: string | undefined
  readonly at: number
  readonly expiresAt: number
}

/**
 * A replay guard in memory, for one process. When full it forgets the oldest key that is no longer needed to stop a replay;
 * when there is none it refuses with `REPLAY_GUARD_FULL` (503, the sender retries): it never lets a replay through.
 *
 * @throws SallyportError `OPTION_INVALID` unless the capacity is a positive whole number
 * @example
 * createReceiver(sonzai(), { secret, replayGuard: createMemoryReplayGuard({ capacity: 1_000_000 }) })
 */
export function createMemoryReplayGuard({ capacity = 200_000 }: MemoryReplayGuardOptions = {}): ReplayGuard {
  if (!Number.isSafeInteger(capacity) || capacity < 1) {
    throw new SallyportError(
      'OPTION_INVALID',
      `replay guard: capacity must be a positive whole number, not ${capacity}`,
    )
  }
  // A Map keeps insertion order, so the oldest claim stands first.
  const entries = new Map<string, Entry>()

  function makeRoom({ now, minimumMs }: ReplayTerms): void {
    for (const [key, { holder, at, expiresAt }] of entries) {
      const isExpired = expiresAt <= now
      // A handler still at work must not block the way to older keys that are done.
      if (holder !== undefined && !isExpired) continue
      const mayForget = entries.size >= capacity && now - at >= minimumMs
      if (!isExpired && !mayForget) break
      entries.delete(key)
    }
    if (entries.size >= capacity)
      throw new SallyportError('REPLAY_GUARD_FULL', `replay guard: all ${capacity} places are in use`)
  }

  return {
    name: `memory, ${capacity} events`,
    claim(key, terms) {
      const known = entries.get(key)
      if (known?.holder !== undefined) return 'pending'
      if (known && known.expiresAt > terms.now) return 'duplicate'
      if (known) entries.delete(key)
      makeRoom(terms)
      entries.set(key, { holder: terms.claimId, at: terms.now, expiresAt: terms.now + terms.retentionMs })
      return 'claimed'
    },
    commit(key, { claimId }) {
      const entry = entries.get(key)
      if (entry?.holder === claimId) entry.holder = undefined
    },
    release(key, { claimId }) {
      if (entries.get(key)?.holder === claimId) entries.delete(key)
    },
  }
}
