import type { Attempt } from '../state/state.ts'
import type { CompleteFault } from './faults.ts'

/** Platforms, named as their providers; `own` is any other provider, sent with `sandbox.send`. */
export type PlatformName = Attempt['platform']

/** An HTTP request of a delivery, or one that a fault dropped. */
export type DeliveryAttempt = Readonly<Attempt>

/** The result of a delivery. */
export interface DeliveryResult {
  /** `cancelled`: the webhook was deleted or the sandbox stopped before a 2xx answer. */
  readonly status: 'delivered' | 'failed' | 'cancelled'
  readonly attempts: readonly DeliveryAttempt[]
}

/** A triggered delivery. */
export interface TriggeredDelivery {
  readonly id: string
  readonly platform: PlatformName
  readonly eventType: string
  /** The receiver's URL. */
  readonly url: string
  /** Resolves after a 2xx answer or the last attempt. Never rejects. */
  readonly finished: Promise<DeliveryResult>
}

/** A delivery to send. */
export interface Job {
  readonly id: string
  readonly platform: PlatformName
  /** The webhook it is for. */
  readonly target: string
  readonly eventType: string
  readonly content: Record<string, unknown>
  readonly faults: CompleteFault[]
  /** Attempts so far. */
  attempts: number
  /** Time of the next attempt, milliseconds since 1970. */
  dueAt: number
}

/** How to sign a delivery. */
export interface Signing {
  /** The time of the signature, milliseconds since 1970. */
  readonly now: number
  /** Sign with a wrong secret. */
  readonly isForged: boolean
  /** Milliseconds by which to predate the event. */
  readonly ageMs: number
}

/** A signed request. */
export interface SignedRequest {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** A platform's own rules for success and retries. */
export interface RetryRules {
  /** Attempts per delivery, the first included. */
  readonly attempts: number
  /** Longest time of a request in milliseconds. */
  readonly timeoutMs: number
  succeeds(code: number): boolean
  /** Whether to retry after a status that is no success; 0 is no answer. */
  retriesAfter(code: number): boolean
}

/** What a platform tells the courier. */
export interface Route {
  /** Whether failed deliveries are retried. */
  readonly retries: boolean
  /** @default success for 2xx, retries after anything else, attempts and time of the sandbox */
  readonly rules?: RetryRules | undefined
  /** Finds the webhook of a target, until it is deleted. */
  find(target: string): { readonly url: string; readonly faults: readonly CompleteFault[] } | undefined
  sign(job: Job, signing: Signing): SignedRequest
  /** The bytes that `corrupt` may change: from the first index up to, but not including, the second. @default all */
  corruptible?(body: Uint8Array): readonly [from: number, to: number]
  /** Called for each attempt. */
  onAttempt?(target: string, attempt: DeliveryAttempt): void
}
