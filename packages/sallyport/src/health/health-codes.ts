import type { InboxErrorCode } from '../inbox/inbox-error.ts'

/** Every code of a failed check beside those of an inbox, and what it means. */
export const healthCodes = {
  STARTING: 'The store of an inbox is not open yet',
  DRAINING: 'The process shuts down',
  WORKER_STARTING: 'Handlers of an inbox should run here, and have not begun',
  WORKER_FAILING: 'This process only runs handlers, and has claimed nothing for longer than maxClaimMs',
  WORKER_ENDED: 'An inbox runs no handlers any more, though nobody stopped it',
  BACKLOG_LARGE: 'More events are pending than maxBacklog',
  BACKLOG_OLD: 'An event has been pending for longer than maxOldestMs',
  CHECK_FAILED: 'A check failed with an error that has no code',
} as const satisfies Record<string, string>

/** What a receiver answers deliveries with while its replay guard cannot be used. */
export const guardCodes = ['REPLAY_GUARD_FAILED', 'REPLAY_GUARD_FULL'] as const

/** A code of a replay guard. */
export type GuardCode = (typeof guardCodes)[number]

/** A stable code of a failed check; see `docs/operations/health.md`. */
export type HealthCode = keyof typeof healthCodes | InboxErrorCode | GuardCode

/** A check that failed. */
export interface FailedCheck {
  readonly check: 'process' | 'store' | 'worker' | 'backlog' | 'guard'
  readonly code: HealthCode
  /** Which inbox, counted from 1 in the order of the receivers and inboxes that were passed. */
  readonly inbox?: number | undefined
  /** Which replay guard, counted from 1 in the order of the receivers that have one. */
  readonly guard?: number | undefined
}

/** What a probe answers. */
export interface HealthReport {
  readonly status: 'live' | 'not live' | 'ready' | 'not ready'
  /** What failed; none where it is live or ready. */
  readonly failed: readonly FailedCheck[]
}
