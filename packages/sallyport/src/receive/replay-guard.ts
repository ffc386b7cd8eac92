import { isOwnError, SallyportError } from '../errors/sallyport-error.ts'
import { acknowledge, problem, type Reply } from './reply.ts'

/** What a replay guard knows about a key: claimed now, handled before, or being handled. */
export type ReplayClaim = 'claimed' | 'duplicate' | 'pending'

/** The terms of a claim; times in milliseconds. */
export interface ReplayTerms {
  /** Unique to this claim, so that a late release does not release a later claim of the same key. */
  readonly claimId: string
  readonly now: number
  /** How long the key is remembered. */
  readonly retentionMs: number
  /** How long the key must be remembered to stop a replay: twice the tolerance, and the time a body may take. */
  readonly minimumMs: number
}

/**
 * Remembers which events were handled. `claim` must be atomic. A store shared by several processes should expire claims that
 * were neither committed nor released: the process may have died.
 */
export interface ReplayGuard {
  /** Shown by `receiver.describe()`. */
  readonly name: string
  claim(key: string, terms: ReplayTerms): ReplayClaim | Promise<ReplayClaim>
  /** The event was handled: the key is a duplicate from now on. */
  commit(key: string, terms: ReplayTerms): void | Promise<void>
  /** The event was not handled: the sender's retry will be processed. */
  release(key: string, terms: ReplayTerms): void | Promise<void>
}

/** Options of `createMemoryReplayGuard`. */
export interface MemoryReplayGuardOptions {
  /** Most keys remembered, about 200 bytes each. @default 200_000 */
  readonly capacity?: number | undefined
}

interface Entry {
  /** The active claim; `undefined` once the event was handled, to save memory. */
  holder: string | undefined
  readonly at: number
  readonly expiresAt: number
}

/**
 * A replay guard in memory, for one process. When full it forgets the oldest key that is no longer needed to stop a replay. If
 * there is none it refuses with `REPLAY_GUARD_FULL` (503, the sender retries): it never lets a replay pass.
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
  // A Map keeps insertion order, so the oldest claim is first.
  const entries = new Map<string, Entry>()

  function makeRoom({ now, minimumMs }: ReplayTerms): void {
    for (const [key, { holder, at, expiresAt }] of entries) {
      const isExpired = expiresAt <= now
      // A handler still running must not stop the search for expired keys.
      if (holder !== undefined && !isExpired) continue
      const mayForget = entries.size >= capacity && now - at >= minimumMs
      if (!isExpired && !mayForget) break
      entries.delete(key)
    }
    if (entries.size >= capacity)
      throw new SallyportError('REPLAY_GUARD_FULL', `replay guard: all ${capacity} keys are in use; raise its capacity`)
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

/** Lets each key through once. */
export interface Gate {
  /**
   * Runs `work` unless the key was handled before. A duplicate that arrives while the first is being handled waits for it: a
   * 2xx too early would tell its sender that an event is handled which may still fail.
   *
   * @throws SallyportError `REPLAY_GUARD_FAILED` or `REPLAY_GUARD_FULL`
   */
  enter(key: string, terms: ReplayTerms, work: () => Promise<Reply>): Promise<Reply>
}

/** @param onError gets the error when an outcome could not be recorded */
export function createReplayGate(guard: ReplayGuard, onError: (error: unknown) => void): Gate {
  const atWork = new Map<string, Promise<Reply>>()

  return {
    enter(key, terms, work) {
      const claim = claimKey(key, terms)
      return typeof claim === 'string'
        ? proceed(claim, key, terms, work)
        : claim.then((answer) => proceed(answer, key, terms, work))
    },
  }

  // No promise where the guard needs none.
  function claimKey(key: string, terms: ReplayTerms): ReplayClaim | Promise<ReplayClaim> {
    try {
      const claim = guard.claim(key, terms)
      return typeof claim === 'string' ? claim : Promise.resolve(claim).catch(fail)
    } catch (cause) {
      return fail(cause)
    }
  }

  function proceed(claim: ReplayClaim, key: string, terms: ReplayTerms, work: () => Promise<Reply>): Promise<Reply> {
    if (claim === 'duplicate') return Promise.resolve(acknowledge('duplicate'))
    if (claim === 'pending') return follow(atWork.get(key))
    // A guard that answers anything else knows nothing about the event: a replay could pass.
    if (claim !== 'claimed') return fail(new TypeError("claim must return 'claimed', 'duplicate' or 'pending'"))
    const running = run(key, terms, work)
    atWork.set(key, running)
    return running
  }

  async function run(key: string, terms: ReplayTerms, work: () => Promise<Reply>): Promise<Reply> {
    let isDone = false
    try {
      const reply = await work()
      isDone = reply.status < 400
      return reply
    } finally {
      try {
        await (isDone ? guard.commit(key, terms) : guard.release(key, terms))
      } catch (cause) {
        onError(new SallyportError('REPLAY_GUARD_FAILED', 'the replay guard could not record an outcome', { cause }))
      }
      atWork.delete(key)
    }
  }
}

function fail(cause: unknown): never {
  throw isOwnError(cause) ? cause : new SallyportError('REPLAY_GUARD_FAILED', 'the replay guard failed', { cause })
}

// Nothing failed here: the first delivery reports its own failure, so this one is only refused.
function retryLater(): Reply {
  return { ...problem('DELIVERY_IN_PROGRESS'), outcome: 'refused' }
}

async function follow(first: Promise<Reply> | undefined): Promise<Reply> {
  const reply = await first?.catch(() => undefined)
  return reply !== undefined && reply.status < 400 ? acknowledge('duplicate') : retryLater()
}
