import type { Attempt } from '../state/state.ts'
import type { CompleteFault } from './faults.ts'

/** The platforms by the names of their providers. */
export type PlatformName = Attempt['platform']

/** One HTTP request that was made for a delivery, or that a fault swallowed. */
export type DeliveryAttempt = Readonly<Attempt>

/** How a delivery ended. */
export interface DeliveryResult {
  /** `cancelled`: the webhook was deleted or the sandbox stopped before a 2xx answer. */
  readonly status: 'delivered' | 'failed' | 'cancelled'
  readonly attempts: readonly DeliveryAttempt[]
}

/** A delivery that was triggered. */
export interface TriggeredDelivery {
  readonly id: string
  readonly platform: PlatformName
  readonly eventType: string
  /** Where it goes. */
  readonly url: string
  /** Resolves when it was answered with 2xx, or when the last attempt failed; never rejects. */
  readonly finished: Promise<DeliveryResult>
}

/** What is to be delivered. */
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
  /** When the next one is due, milliseconds since 1970. */
  dueAt: number
}

/** How a delivery is to be signed. */
export interface Signing {
  /** The time to sign, milliseconds since 1970. */
  readonly now: number
  /** Sign with a wrong secret. */
  readonly isForged: boolean
  /** Milliseconds the event seems older than it is. */
  readonly ageMs: number
}

/** A signed request. */
export interface SignedRequest {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** What the courier asks a platform. */
export interface Route {
  /** Whether a delivery that failed is tried again. */
  readonly retries: boolean
  /** Finds the webhook of a target, until it is deleted. */
  find(target: string): { readonly url: string; readonly faults: readonly CompleteFault[] } | undefined
  sign(job: Job, signing: Signing): SignedRequest
  /** The part of a body that the `corrupt` fault alters: from a byte up to, and without, another. @default all of it */
  corruptible?(body: Uint8Array): readonly [from: number, to: number]
  /** Told of each attempt. */
  onAttempt?(target: string, attempt: DeliveryAttempt): void
}
