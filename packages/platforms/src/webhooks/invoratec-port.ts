import type { InvoratecClient } from '../invoratec/client.ts'
import { PlatformError } from '../platform-error.ts'
import type { WebhookPort } from './port.ts'
import { toPlainUrl } from './target.ts'

/** Invoratec: any number of webhooks per event, which cannot be changed; the caller chooses the secret. */
export function toInvoratecPort({ webhooks: api }: InvoratecClient): WebhookPort {
  return {
    platform: 'invoratec',
    secretsFrom: 'caller',
    keyOf: ({ eventType, url = '' }) => JSON.stringify([eventType, toPlainUrl(url)]),
    check({ authHeader, projectId }) {
      if (authHeader === undefined && projectId === undefined) return
      const detail = 'Invoratec has no auth headers and no projects'
      throw new PlatformError('PLATFORM_OPTION_INVALID', { platform: 'invoratec', detail })
    },
    async list(_projects, call) {
      const { webhooks } = await api.list(call)
      // One without event or URL is none that a caller can name.
      return webhooks.flatMap(({ id, event, url, enabled, filter }) =>
        event && url ? [{ id, eventType: event, url, isActive: enabled !== false, filter: filter ?? undefined }] : [],
      )
    },
    async register({ eventType, url, filter }, secret, call) {
      await api.register({ event: eventType, url, secret, filter }, call)
      return secret
    },
    remove: ({ id = '' }, call) => api.delete(id, call),
  }
}
