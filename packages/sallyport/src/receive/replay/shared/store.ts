import type { ReplayClaim, ReplayGuardUsage } from '../../replay-terms.ts'

/** An event that somebody handles. */
export interface Holder {
  /** See `createIds`. */
  readonly id: Buffer
  /** Unique to this claim. */
  readonly claimId: string
}

/** How long an event is remembered, in whole milliseconds from now by the clock of the store. */
export interface Remembered {
  /** Of an event that was handled. */
  readonly retentionMs: number
  /** How long it is needed to stop a replay; then it may be forgotten where there is no room. */
  readonly minimumMs: number
}

/**
 * What the shared replay guards keep their events in. Each call is atomic, and may be made twice: a client sends commands again
 * after its connection was lost. Times are measured by the clock of the store, which all hosts share.
 */
export interface ReplayStore {
  readonly name: string
  /** Prepares the store, before the first call and after a failure. Rejects with what is wrong. */
  open(): Promise<void>
  /**
   * Claims an event for so many milliseconds, unless it is remembered or claimed.
   *
   * @throws SallyportError `REPLAY_GUARD_FULL`
   */
  claim(holder: Holder, leaseMs: number, times: Remembered): ReplayClaim | Promise<ReplayClaim>
  /** Remembers the event, unless somebody else has claimed it meanwhile. */
  commit(holder: Holder, times: Remembered): void | Promise<void>
  /** Forgets the event if it is still claimed by this holder. */
  release(holder: Holder): void | Promise<void>
  /** Prolongs claims that are still there. */
  renew(holders: readonly Holder[], leaseMs: number): void | Promise<void>
  usage?(): ReplayGuardUsage | Promise<ReplayGuardUsage>
}
