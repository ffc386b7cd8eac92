import type { SonzaiClient } from '@sallyport/platforms'
import { Command } from 'commander'
import { action, type Context } from '../../context.ts'
import { addPlatformOptions, connect, type HooksOptions, type PlatformName } from '../../hooks/connect.ts'
import { toLine } from '../../output.ts'
import { toShownUrl } from '../../shown-url.ts'
import { teach } from '../../teach.ts'

/** `sallyport hooks list`. */
export function createListCommand(): Command {
  const command = addPlatformOptions(new Command('list'))
    .summary('list registrations')
    .description('Lists the webhook registrations of a platform, without credentials.')
    .action(action(list))
  return teach(command, {
    examples: [
      ['hooks list invoratec', 'with INVORATEC_API_KEY'],
      ['hooks list sonzai --base-url http://localhost:4400', 'of the sandbox'],
    ],
    exits: {
      no: 'the platform refused',
      configuration: 'the API key is missing or unknown',
      unavailable: 'the platform cannot be reached',
    },
  })
}

async function list(context: Context, options: HooksOptions, platform: PlatformName): Promise<undefined> {
  const { output } = context
  const { client, projectId } = connect(context, platform, options)
  const webhooks =
    client.platform === 'sonzai'
      ? await listSonzai(client, projectId)
      : (await client.webhooks.list()).webhooks.map(({ id, event, url, enabled, failCount, lastTriggered }) => ({
          event,
          url: toShownUrl(url),
          id,
          isActive: enabled ?? true,
          failCount: failCount ?? 0,
          ...(lastTriggered ? { lastTriggered } : undefined),
        }))
  const rows = webhooks.map((webhook) => {
    const { event, url, isActive } = webhook
    const state = isActive ? output.style('green', 'active  ') : output.style('yellow', 'inactive')
    return `${state}  ${toLine(event).padEnd(24)} ${url}${'id' in webhook ? `  ${toLine(webhook.id)}` : ''}`
  })
  output.result({ ok: true, platform, webhooks }, rows.join('\n'))
  if (webhooks.length === 0) output.note('nothing is registered')
  return undefined
}

async function listSonzai({ webhooks }: SonzaiClient, projectId: string | undefined) {
  const answer = projectId === undefined ? await webhooks.list() : await webhooks.listForProject(projectId)
  return answer.webhooks.map(({ event_type, webhook_url, project_id, is_active, auth_header, created_at }) => ({
    event: event_type,
    url: toShownUrl(webhook_url),
    ...(project_id ? { projectId: project_id } : undefined),
    isActive: is_active ?? true,
    // The value is a credential.
    hasAuthHeader: Boolean(auth_header),
    ...(created_at ? { createdAt: created_at } : undefined),
  }))
}
