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

/** How full a replay guard is. */
export interface ReplayGuardUsage {
  /** Events remembered now. Those past their time may be counted until they are removed. */
  readonly held: number
  /** Most events it remembers; `undefined` where only the store's own memory is the limit. */
  readonly capacity: number | undefined
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
  /** Resolves when the guard's store can be used; rejects with what is wrong. `receiver.ready()` waits for it. */
  ready?(): Promise<void>
  /** How full the guard is, for monitoring; cheap enough to ask every few seconds. Absent where that cannot be known cheaply. */
  usage?(): ReplayGuardUsage | Promise<ReplayGuardUsage>
}
