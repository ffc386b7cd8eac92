import { toShownUrl, type InvoratecClient, type SonzaiClient } from '@sallyport/platforms'
import type { Connected } from './connect.ts'

/** The webhooks of a platform, without credentials. */
export async function listWebhooks({ client, projectId }: Pick<Connected, 'client' | 'projectId'>) {
  return client.platform === 'sonzai' ? listSonzai(client, projectId) : listInvoratec(client)
}

async function listSonzai({ webhooks }: SonzaiClient, projectId: string | undefined) {
  const answer = projectId === undefined ? await webhooks.list() : await webhooks.listForProject(projectId)
  return answer.webhooks.map(({ event_type, webhook_url, project_id, is_active, auth_header, created_at }) => ({
    event: event_type,
    url: toShownUrl(webhook_url),
    projectId: project_id || undefined,
    isActive: is_active ?? true,
    // The value is a credential.
    hasAuthHeader: Boolean(auth_header),
    createdAt: created_at || undefined,
  }))
}

async function listInvoratec({ webhooks: api }: InvoratecClient) {
  const { webhooks } = await api.list()
  return webhooks.map(({ id, event, url, enabled, failCount, lastTriggered }) => ({
    event: event ?? '',
    url: toShownUrl(url ?? ''),
    id,
    isActive: enabled ?? true,
    failCount: failCount ?? 0,
    lastTriggered: lastTriggered || undefined,
  }))
}
