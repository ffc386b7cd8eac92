import { createHash } from 'node:crypto'

/** Which registration: of an event type, of a project of it, or to one URL where a platform has several. */
export interface WebhookTarget {
  readonly eventType: string
  /** Sonzai: the registration of a project. */
  readonly projectId?: string | undefined
  /** Invoratec: which of several subscriptions to the event. */
  readonly url?: string | undefined
  /** Invoratec: the subscription's filter, which the platform's list does not show. */
  readonly filter?: Readonly<Record<string, unknown>> | undefined
}

/**
 * The name of a registration's secrets in a store: `sonzai:<event type>`, `sonzai:<project>/<event type>`, or
 * `invoratec:<event>@<digest of the URL>`, for a URL may hold a credential.
 *
 * @example
 * secretName('sonzai', { eventType: 'on_wakeup_ready' }) // 'sonzai:on_wakeup_ready'
 */
export function secretName(platform: 'sonzai' | 'invoratec', { eventType, projectId, url }: WebhookTarget): string {
  const event = encodeURIComponent(eventType)
  if (platform === 'invoratec') return `invoratec:${event}@${digestOf(toPlainUrl(url ?? ''))}`
  return projectId === undefined ? `sonzai:${event}` : `sonzai:${encodeURIComponent(projectId)}/${event}`
}

/** One spelling for equal URLs. */
export function toPlainUrl(url: string): string {
  return URL.parse(url)?.href ?? url
}

/** A URL fit for a report: neither its query nor its user name, which may be credentials. */
export function toShownUrl(url: string): string {
  const parsed = URL.parse(url)
  if (parsed === null) return '(not a URL)'
  return `${parsed.origin}${parsed.pathname}${parsed.search === '' ? '' : '?…'}`
}

/** A short digest. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}
