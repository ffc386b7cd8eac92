import { createHash, randomBytes } from 'node:crypto'

/** Identifies a webhook: by event type, and by project or URL if the platform has several. */
export interface WebhookTarget {
  readonly eventType: string
  /** Sonzai: the project. @default the project of the API key */
  readonly projectId?: string | undefined
  /** Invoratec: the URL, if the event has several webhooks. */
  readonly url?: string | undefined
  /** Invoratec: the filter, which the platform does not list. */
  readonly filter?: Readonly<Record<string, unknown>> | undefined
}

/**
 * Returns the name of a webhook's secrets in a store: `sonzai:<event type>`, `sonzai:<project>/<event type>`, or
 * `invoratec:<event>@<digest of the URL>`. The URL is not part of it because it may contain a credential.
 *
 * @example
 * secretName('sonzai', { eventType: 'on_wakeup_ready' }) // 'sonzai:on_wakeup_ready'
 */
export function secretName(platform: 'sonzai' | 'invoratec', { eventType, projectId, url }: WebhookTarget): string {
  const event = encodeURIComponent(eventType)
  if (platform === 'invoratec') return `invoratec:${event}@${digestOf(toPlainUrl(url ?? ''))}`
  return projectId === undefined ? `sonzai:${event}` : `sonzai:${encodeURIComponent(projectId)}/${event}`
}

/** Normalizes a URL, so that equal URLs have one spelling. */
export function toPlainUrl(url: string): string {
  return URL.parse(url)?.href ?? url
}

/**
 * Formats a URL for printing, without user name, password and query, which may be credentials.
 *
 * @example
 * toShownUrl('https://example.com/hook?token=hidden') // 'https://example.com/hook?…'
 */
export function toShownUrl(url: string): string {
  const parsed = URL.parse(url)
  if (parsed === null) return '(not a URL)'
  return `${parsed.origin}${parsed.pathname}${parsed.search === '' ? '' : '?…'}`
}

/** Returns a short SHA-256 digest. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

/** Creates a secret of 256 bits, for a platform where the caller chooses it. */
export function createSecret(): string {
  return randomBytes(32).toString('base64url')
}
