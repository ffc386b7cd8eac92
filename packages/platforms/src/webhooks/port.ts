import type { CallOptions } from '../http/options.ts'
import type { WebhookTarget } from './target.ts'

/** A webhook that should be registered. */
export interface DesiredWebhook extends WebhookTarget {
  readonly url: string
  readonly authHeader?: string | undefined
}

/** A webhook as the platform lists it. */
export interface RegisteredWebhook extends WebhookTarget {
  /** The platform's id, where it has one. */
  readonly id?: string | undefined
  readonly url: string
  readonly isActive: boolean
  /** `undefined` if the platform does not list it. */
  readonly authHeader?: string | undefined
}

/** The operations on webhooks that differ between the platforms. */
export interface WebhookPort {
  readonly platform: 'sonzai' | 'invoratec'
  /** Who creates the secret: the platform, which shows it once, or the caller. */
  readonly secretsFrom: 'platform' | 'caller'
  /** Equal keys mean the same webhook. */
  keyOf(target: WebhookTarget): string
  /** @throws PlatformError `PLATFORM_OPTION_INVALID` for an option that the platform does not support */
  check(desired: DesiredWebhook): void
  list(projects: readonly (string | undefined)[], call: CallOptions): Promise<RegisteredWebhook[]>
  /** @param secret if the caller creates it @returns the secret, if the platform shows it */
  register(desired: DesiredWebhook, secret: string | undefined, call: CallOptions): Promise<string | undefined>
  remove(webhook: RegisteredWebhook, call: CallOptions): Promise<void>
}
