import { toVisible } from 'sallyport/provider'
import type { InvoratecClient } from '../invoratec/client.ts'
import type { SonzaiClient } from '../sonzai/client.ts'
import { secretName, type WebhookTarget } from '../webhooks/target.ts'
import { rotateChosen } from './rotate-chosen.ts'
import { rotateGiven } from './rotate-given.ts'
import { toRotationSettings, type RotateOptions } from './rotate-options.ts'

/** What a rotation did; contains no secret. `String(report)` formats it for people. */
export interface RotationReport {
  readonly platform: 'sonzai' | 'invoratec'
  /** The name in the store. */
  readonly name: string
  /** The new secret, as `keyId` in a receiver's reports. */
  readonly keyId: string
  /** The old secrets, with the time at which they expire. */
  readonly retiring: readonly { readonly keyId: string; readonly retiresAt: Date }[]
  /** Rotation requests; more than one after an unknown outcome. */
  readonly attempts: number
  toString(): string
}

/**
 * Gives a webhook a new secret and accepts the old one for a while, so that no delivery is rejected. The old secret expires
 * by itself: the store holds its end, and no process has to wait.
 *
 * Sonzai signs with the new secret before anyone else knows it. During that time the store marks the rotation, and a
 * receiver with `storedSecrets` holds deliveries signed with an unknown secret until it ends. If the outcome is unknown (no
 * answer, 5xx), the new secret may be lost, so the rotation is repeated.
 *
 * Invoratec has no rotation: a webhook with the new secret is registered, then the old one is deleted. In between, an event
 * may arrive twice; a receiver drops the duplicate if both have the same body.
 *
 * @param target the event type, or an object with the project or URL if the event has several webhooks
 * @throws PlatformError `ROTATION_IN_PROGRESS`, `ROTATION_UNCERTAIN`, `PLATFORM_OPTION_INVALID`, `SECRET_STORE_FAILED`, and
 * the platform's own refusals, after which nothing has changed
 * @example
 * const report = await rotateWithOverlap(client, 'on_wakeup_ready', { store, windowMs: 600_000 })
 * console.log(String(report))
 */
export async function rotateWithOverlap(
  client: SonzaiClient | InvoratecClient,
  target: string | WebhookTarget,
  options: RotateOptions,
): Promise<RotationReport> {
  const settings = toRotationSettings(options, client.platform)
  const place = typeof target === 'string' ? { eventType: target } : target
  const { name, record, attempts } =
    client.platform === 'sonzai'
      ? await rotateGiven(client, place, secretName('sonzai', place), settings)
      : await rotateChosen(client, place, settings)
  const entries = record.secrets.map(({ id, notAfter }) => ({ keyId: `${name}#${id}`, notAfter }))
  const keyId = entries.at(-1)?.keyId ?? ''
  const retiring = entries.flatMap((entry) =>
    entry.notAfter === undefined ? [] : [{ keyId: entry.keyId, retiresAt: new Date(entry.notAfter) }],
  )
  const olds = retiring.map((old) => `${old.keyId} until ${old.retiresAt.toISOString()}`)
  const text = toVisible(
    `${client.platform}: rotated; ${keyId} is new${olds.length === 0 ? '' : `, beside ${olds.join(', ')}`}`,
  )
  return { platform: client.platform, name, keyId, retiring, attempts, toString: () => text }
}
