import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { toShownUrl, type InvoratecClient, type SonzaiClient } from '@sallyport/platforms'
import { action } from '../../context.ts'
import { addHelp } from '../../help.ts'
import { toLine } from '../../output.ts'
import { connect, createPlatformCommand } from '../../webhooks/connect.ts'

/** `sallyport webhooks list`. */
export function createListCommand(): CommandUnknownOpts {
  const command = createPlatformCommand('list')
    .summary('list webhooks')
    .description('Lists the webhooks of a platform, without credentials.')
    .action(
      action(async (context, platform, options) => {
        const { output } = context
        const { client, projectId } = await connect(context, platform, options)
        const webhooks =
          client.platform === 'sonzai' ? await listSonzai(client, projectId) : await listInvoratec(client)
        const rows = webhooks.map((webhook) => {
          const { event, url, isActive } = webhook
          const state = isActive ? output.style('green', 'active  ') : output.style('yellow', 'inactive')
          return `${state}  ${toLine(event).padEnd(24)} ${toLine(url)}${'id' in webhook ? `  ${toLine(webhook.id)}` : ''}`
        })
        output.result({ ok: true, platform, webhooks }, rows.join('\n'))
        if (webhooks.length === 0) output.note(`${platform} has no webhooks`)
        return undefined
      }),
    )
  return addHelp(command, {
    examples: [
      ['webhooks list invoratec', 'with INVORATEC_API_KEY'],
      ['webhooks list sonzai --base-url http://localhost:4400', "the sandbox's"],
    ],
    exits: {
      no: 'the platform rejected the request',
      configuration: 'the API key is missing or unknown',
      unavailable: 'the platform is unreachable',
    },
  })
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
