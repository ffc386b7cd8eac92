import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { action } from '../../context.ts'
import { addHelp } from '../../help.ts'
import { toLine } from '../../output.ts'
import { connect, createPlatformCommand } from '../../webhooks/connect.ts'

/** `sallyport webhooks delete`. */
export function createDeleteCommand(): CommandUnknownOpts {
  const command = createPlatformCommand('delete')
    .summary('delete one webhook')
    .description(
      'Deletes one webhook; the platform stops sending to it. Its stored secret stays, for deliveries already sent.',
    )
    .argument('<webhook>', 'Sonzai: its event type; Invoratec: its id, as `webhooks list` shows it')
    .action(
      action(async (context, platform, webhook, options) => {
        const { output } = context
        const { client, projectId } = await connect(context, platform, options)
        if (client.platform === 'invoratec') await client.webhooks.delete(webhook)
        else if (projectId === undefined) await client.webhooks.delete(webhook)
        else await client.webhooks.deleteForProject(projectId, webhook)
        output.result(
          { ok: true, platform, deleted: webhook },
          `${output.style('green', '✓')} deleted ${toLine(webhook)}`,
        )
        return undefined
      }),
    )
  return addHelp(command, {
    examples: [
      ['webhooks delete sonzai agent.message', 'by event type'],
      ['webhooks delete invoratec 66b1f0c2a9d4e8f700112233', 'by id'],
    ],
    exits: {
      no: 'the platform rejected the request, or there is no such webhook',
      configuration: 'the API key is missing, unknown, or lacks a permission',
      unavailable: 'the platform is unreachable',
    },
  })
}
