import type { CallOptions } from '../http/options.ts'
import type { WebhookTarget } from './target.ts'

/** What a registration is to be. */
export interface DesiredWebhook extends WebhookTarget {
  readonly url: string
  readonly authHeader?: string | undefined
}

/** A registration as it is. */
export interface Registration extends WebhookTarget {
  /** The platform's id, where it has one. */
  readonly id?: string
  readonly url: string
  readonly isActive: boolean
  /** As listed; `undefined` where the platform does not say. */
  readonly authHeader?: string | undefined
}

/** What differs in how two platforms keep webhooks. */
export interface WebhookPort {
  readonly platform: 'sonzai' | 'invoratec'
  /** Who makes the secret: the platform, which says it once, or whoever registers. */
  readonly secretsFrom: 'platform' | 'caller'
  /** Whether two of them are the same registration. */
  keyOf(target: WebhookTarget): string
  /** @throws PlatformError `PLATFORM_OPTION_INVALID` for an option the platform does not have */
  check(desired: DesiredWebhook): void
  list(projects: readonly (string | undefined)[], call: CallOptions): Promise<Registration[]>
  /** @param secret where the caller makes it @returns the secret the platform made, where it said one */
  register(desired: DesiredWebhook, secret: string | undefined, call: CallOptions): Promise<string | undefined>
  remove(registration: Registration, call: CallOptions): Promise<void>
}
