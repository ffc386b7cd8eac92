import { SallyportError } from './errors.ts'

/** What a replay guard knows of a key: new and now ours, done before, or being handled by somebody. */
export type ReplayClaim = 'claimed' | 'duplicate' | 'pending'

/** Times a claim is made with; milliseconds. */
export interface ReplayTimes {
  readonly now: number
  /** How long the key is remembered. */
  readonly retentionMs: number
  /** How long the key must be remembered to stop a replay: twice the tolerance. */
  readonly minimumMs: number
}

/**
 * Remembers which events were handled. `claim` must be atomic. A store shared by several processes should let a claim
 * that was neither committed nor released lapse, for the process that made it may have died.
 */
export interface ReplayGuard {
  /** Shown by `receiver.describe()`. */
  readonly name: string
  claim(key: string, times: ReplayTimes): ReplayClaim | Promise<ReplayClaim>
  /** The event was handled: the key is a duplicate from now on. */
  commit(key: string): void | Promise<void>
  /** The event was not handled: the sender's retry is to be processed. */
  release(key: string): void | Promise<void>
}

/** Options of `createMemoryReplayGuard`. */
export interface MemoryReplayGuardOptions {
  /** Most keys remembered, about 200 bytes each. @default 200_000 */
  readonly capacity?: number
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
    throw new SallyportError('OPTION_INVALID', `replay guard: capacity must be a positive whole number, not ${capacity}`)
  }
  // A Map keeps insertion order, so the oldest claim stands first.
  const entries = new Map<string, { done: boolean; at: number; expiresAt: number }>()

  function makeRoom({ now, minimumMs }: ReplayTimes): void {
    for (const [key, { done, at, expiresAt }] of entries) {
      const isExpired = expiresAt <= now
      // A handler still at work must not block the way to older keys that are done.
      if (!done && !isExpired) continue
      const mayForget = entries.size >= capacity && now - at >= minimumMs
      if (!isExpired && !mayForget) break
      entries.delete(key)
    }
    if (entries.size >= capacity) throw new SallyportError('REPLAY_GUARD_FULL', `replay guard: all ${capacity} places are in use`)
  }

  return {
    name: `memory, ${capacity} events`,
    claim(key, times) {
      const known = entries.get(key)
      if (known && !known.done) return 'pending'
      if (known && known.expiresAt > times.now) return 'duplicate'
      entries.delete(key)
      makeRoom(times)
      entries.set(key, { done: false, at: times.now, expiresAt: times.now + times.retentionMs })
      return 'claimed'
    },
    commit(key) {
      const entry = entries.get(key)
      if (entry) entry.done = true
    },
    release(key) {
      entries.delete(key)
    },
  }
}
