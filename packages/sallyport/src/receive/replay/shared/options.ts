import { allow, longestTimer, type OptionRule } from '../../../options/allow.ts'
import type { OptionRules } from '../../../options/check-options.ts'

/** What every shared replay guard takes. */
export interface SharedReplayGuardOptions {
  /**
   * Milliseconds after which a claim ends whose process died: until then the event's retry gets 503. While a handler runs, its
   * claim is renewed three times as often. Longer than handlers block the event loop. @default 60_000
   */
  readonly leaseMs?: number | undefined
  /** Milliseconds to wait for the store; then the sender gets 503 and retries. @default 2_000 */
  readonly timeoutMs?: number | undefined
}

/** Options with every default filled in; times in milliseconds. */
export interface SharedSettings {
  readonly leaseMs: number
  readonly timeoutMs: number
}

export const sharedRules: OptionRules<SharedReplayGuardOptions> = {
  leaseMs: allow.number(1_000, longestTimer),
  timeoutMs: allow.above0(longestTimer),
}

/** The rule for the name of an application. */
export const namespaceRule: OptionRule = allow.required({
  allowed: "the name of your application as 'shop': 1 to 60 letters, digits and _ . -",
  accepts: (value) => typeof value === 'string' && /^[\w.-]{1,60}$/.test(value),
})

export function toSharedSettings({ leaseMs = 60_000, timeoutMs = 2_000 }: SharedReplayGuardOptions): SharedSettings {
  // Redis takes whole numbers only.
  return { leaseMs: Math.ceil(leaseMs), timeoutMs }
}
