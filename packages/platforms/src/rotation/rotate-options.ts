import type { Complete } from '../http/options.ts'
import { wait } from '../http/retry.ts'
import { PlatformError } from '../platform-error.ts'
import type { SecretStore, StoredSecrets } from '../secrets/secret-store.ts'

/** Options of `rotateWithOverlap`. */
export interface RotateOptions {
  /** Where the receiver takes its secrets from, with `storedSecrets`. */
  readonly store: SecretStore
  /**
   * Milliseconds the old secret is accepted beside the new one. Longer than the receiver's tolerance (300 s) it loses
   * nothing: what was signed before is too old by then. @default 600_000
   */
  readonly windowMs?: number
  /** Tries in all, where nobody knows whether the platform has rotated. @default 3 */
  readonly attempts?: number
  /** Milliseconds after which a rotation that did not end is void: receivers stop waiting for it. @default 120_000 */
  readonly pendingMs?: number
  readonly signal?: AbortSignal | undefined
  /** The clock, in milliseconds since 1970. @default Date.now */
  readonly now?: () => number
  /** Chance, 0 to 1, for jitter between tries. @default Math.random */
  readonly random?: () => number
  /** Waits between two tries. @default a timer */
  readonly wait?: (ms: number, signal?: AbortSignal) => Promise<void>
}

/** Options with all defaults. */
export type RotationSettings = Complete<Omit<RotateOptions, 'signal'>> & Pick<RotateOptions, 'signal'>

/** What a rotation came to. */
export interface Rotated {
  readonly name: string
  readonly record: StoredSecrets
  readonly attempts: number
}

/** Fills in and checks options. @throws PlatformError `PLATFORM_OPTION_INVALID` */
export function toRotationSettings(options: RotateOptions, platform: string): RotationSettings {
  const settings: RotationSettings = {
    store: options.store,
    windowMs: options.windowMs ?? 600_000,
    attempts: options.attempts ?? 3,
    pendingMs: options.pendingMs ?? 120_000,
    now: options.now ?? Date.now,
    random: options.random ?? Math.random,
    wait: options.wait ?? wait,
    signal: options.signal,
  }
  const { windowMs, attempts, pendingMs } = settings
  // The end of the window must be a date.
  const isSpan = windowMs >= 0 && !Number.isNaN(new Date(settings.now() + windowMs).getTime())
  const isSound = isSpan && Number.isInteger(attempts) && attempts >= 1 && pendingMs > 0
  if (isSound) return settings
  const detail = 'windowMs, attempts and pendingMs must make sense'
  throw new PlatformError('PLATFORM_OPTION_INVALID', { platform, operation: 'rotateWithOverlap', detail })
}
