import { PlatformError } from '../platform-error.ts'
import type { SonzaiWebhook } from '../sonzai/schemas.ts'
import type { SonzaiClient } from '../sonzai/client.ts'
import type { RegisteredWebhook, WebhookPort } from './port.ts'

/** Sonzai: one webhook per event type and project; `register` changes it; the platform creates the secret. */
export function toSonzaiPort({ webhooks }: SonzaiClient): WebhookPort {
  return {
    platform: 'sonzai',
    secretsFrom: 'platform',
    keyOf: ({ eventType, projectId }) => JSON.stringify([projectId ?? null, eventType]),
    check({ filter }) {
      if (filter === undefined) return
      const detail = 'Sonzai has no filters'
      throw new PlatformError('PLATFORM_OPTION_INVALID', { platform: 'sonzai', detail })
    },
    async list(projects, call) {
      const lists = projects.map(async (projectId) => {
        const listed = projectId === undefined ? webhooks.list(call) : webhooks.listForProject(projectId, call)
        return ofOneScope((await listed).webhooks).map((webhook) => toRegistered(webhook, projectId))
      })
      return (await Promise.all(lists)).flat()
    },
    async register({ eventType, projectId, url: webhookUrl, authHeader }, _secret, call) {
      const options = { webhookUrl, authHeader }
      const answer = await (projectId === undefined
        ? webhooks.register(eventType, options, call)
        : webhooks.registerForProject(projectId, eventType, options, call))
      return answer.secret
    },
    remove: ({ eventType, projectId }, call) =>
      projectId === undefined
        ? webhooks.delete(eventType, call)
        : webhooks.deleteForProject(projectId, eventType, call),
  }
}

/** A list may name the project of the API key in each entry. If it mixes projects, only entries without one count. */
function ofOneScope(webhooks: readonly SonzaiWebhook[]): readonly SonzaiWebhook[] {
  const isMixed = new Set(webhooks.map(({ project_id }) => project_id || '')).size > 1
  return isMixed ? webhooks.filter(({ project_id }) => !project_id) : webhooks
}

function toRegistered(webhook: SonzaiWebhook, projectId: string | undefined): RegisteredWebhook {
  return {
    eventType: webhook.event_type,
    projectId,
    url: webhook.webhook_url,
    isActive: webhook.is_active !== false,
    authHeader: webhook.auth_header ?? undefined,
  }
}
