import { wait } from '../http/wait.ts'
import { PlatformError } from '../platform-error.ts'
import type { StoredSecrets } from '../secrets/secret-store.ts'
import type { RotateOptions } from './rotate-with-overlap.ts'

/** Options with every default filled in. */
export type RotationSettings = Required<Omit<RotateOptions, 'signal'>> & Pick<RotateOptions, 'signal'>

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
