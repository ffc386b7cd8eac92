import { allow, checkOptions, type OptionRules } from 'sallyport/provider'
import type { Complete } from '../objects.ts'
import { wait } from '../http/retry.ts'
import { PlatformError } from '../platform-error.ts'
import type { SecretStore, StoredSecrets } from '../secrets/secret-store.ts'

/** Options of `rotateWithOverlap`. */
export interface RotateOptions {
  /** The store that the receiver reads with `storedSecrets`. */
  readonly store: SecretStore
  /**
   * Milliseconds for which the old secret stays valid. Use more than the receiver's tolerance (300 s), so that no delivery
   * is lost. @default 600_000
   */
  readonly windowMs?: number | undefined
  /** Tries while it is unknown whether the platform rotated. @default 3 */
  readonly attempts?: number | undefined
  /** Milliseconds after which receivers stop waiting for an unfinished rotation. @default 120_000 */
  readonly pendingMs?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** Returns the time in milliseconds since 1970. @default Date.now */
  readonly now?: (() => number) | undefined
  /** Returns a random number from 0 to 1, for jitter. @default Math.random */
  readonly random?: (() => number) | undefined
  /** Waits before a retry. @default a timer */
  readonly wait?: ((ms: number, signal?: AbortSignal) => Promise<void>) | undefined
}

const storeRule = allow.having('what createFileSecretStore() or another secret store returns', 'get', 'update')

const rules: OptionRules<RotateOptions> = {
  store: allow.required(storeRule),
  windowMs: allow.number(0, Number.MAX_SAFE_INTEGER),
  attempts: allow.integer(1),
  pendingMs: allow.above0(),
  signal: allow.having('an AbortSignal', 'addEventListener'),
  now: allow.function,
  random: allow.function,
  wait: allow.function,
}

/** Options with all defaults. */
export type RotationSettings = Complete<Omit<RotateOptions, 'signal'>> & Pick<RotateOptions, 'signal'>

/** The result of a rotation. */
export interface Rotated {
  readonly name: string
  readonly record: StoredSecrets
  readonly attempts: number
}

/** Checks options and fills in defaults. @throws PlatformError `PLATFORM_OPTION_INVALID` */
export function toRotationSettings(options: RotateOptions, platform: string): RotationSettings {
  const fail = (detail: string): never => {
    throw new PlatformError('PLATFORM_OPTION_INVALID', { platform, operation: 'rotateWithOverlap', detail })
  }
  checkOptions('', options, rules, fail)
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
  const { windowMs } = settings
  // The end of the window must be a valid date.
  const isSpan = !Number.isNaN(new Date(settings.now() + windowMs).getTime())
  if (!isSpan) fail(`windowMs must be from 0 to a valid date, not ${windowMs}`)
  return settings
}
