import { toVisible } from 'sallyport/provider'
import type { PlatformError } from '../platform-error.ts'
import { toShownUrl, type WebhookTarget } from './target.ts'

/** What was done for one webhook, or would be in a dry run. */
export interface EnsuredWebhook extends Omit<WebhookTarget, 'filter'> {
  /** `rotated`: only its secret was missing. `extra`: not desired, left alone. */
  readonly action: 'registered' | 'updated' | 'unchanged' | 'rotated' | 'extra' | 'deleted' | 'failed'
  readonly url: string
  /** The fields that differed, for `updated`. */
  readonly differences?: readonly string[] | undefined
  /**
   * Whether the store has the secret. `missing`: the platform showed it once and it was not stored; rotate it.
   */
  readonly secret: 'known' | 'stored' | 'missing' | 'none'
  /** Why it failed. */
  readonly error?: PlatformError | undefined
}

/** What `ensureWebhooks` found and did; contains no secret. `String(report)` formats it for people. */
export interface EnsureReport {
  readonly platform: 'sonzai' | 'invoratec'
  readonly dryRun: boolean
  /** Whether every desired webhook is registered and the store has its secret. */
  readonly ok: boolean
  readonly webhooks: readonly EnsuredWebhook[]
  toString(): string
}

/** Creates a report. */
export function toEnsureReport(
  platform: EnsureReport['platform'],
  dryRun: boolean,
  webhooks: readonly EnsuredWebhook[],
): EnsureReport {
  const ok = webhooks.every(
    ({ action, secret }) => action !== 'failed' && (secret !== 'missing' || action === 'extra' || action === 'deleted'),
  )
  return { platform, dryRun, ok, webhooks, toString: () => print(platform, dryRun, webhooks) }
}

function print(platform: string, dryRun: boolean, webhooks: readonly EnsuredWebhook[]): string {
  const head = `${platform}: ${webhooks.length} webhook${webhooks.length === 1 ? '' : 's'}${dryRun ? ', nothing changed (dry run)' : ''}`
  return [head, ...webhooks.map((webhook) => `  ${printOne(webhook)}`)].join('\n')
}

function printOne({ action, eventType, projectId, url, differences, secret, error }: EnsuredWebhook): string {
  const event = projectId === undefined ? eventType : `${projectId}/${eventType}`
  const details = [
    differences === undefined ? undefined : `differed in ${differences.join(', ')}`,
    action === 'extra' ? 'not desired' : undefined,
    secret === 'stored' ? 'secret stored' : undefined,
    secret === 'missing' && ['unchanged', 'updated'].includes(action) ? 'secret unknown: rotate it' : undefined,
    error?.message,
  ].filter((detail) => detail !== undefined)
  const about = details.length === 0 ? '' : ` (${details.join('; ')})`
  return toVisible(`${action.padEnd(10)} ${event} → ${toShownUrl(url)}${about}`)
}
