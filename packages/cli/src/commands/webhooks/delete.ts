import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { confirm, dryRunOption, yesOption } from '../../confirm.ts'
import { action } from '../../context.ts'
import { addHelp } from '../../help.ts'
import { toLine } from '../../output.ts'
import { connect, createPlatformCommand } from '../../webhooks/connect.ts'
import { listWebhooks } from '../../webhooks/list-webhooks.ts'

/** `sallyport webhooks delete`. */
export function createDeleteCommand(): CommandUnknownOpts {
  const command = createPlatformCommand('delete')
    .summary('delete one webhook')
    .description(
      'Deletes one webhook; the platform stops sending to it. Its stored secret stays, for deliveries already sent. Asks first.',
    )
    .argument('<webhook>', 'Sonzai: its event type; Invoratec: its id, as `webhooks list` shows it')
    .addOption(dryRunOption())
    .addOption(yesOption())
    .action(
      action(async (context, platform, webhook, options) => {
        const { output } = context
        const { client, projectId } = await connect(context, platform, options)
        if (options.dryRun) {
          const webhooks = await listWebhooks({ client, projectId })
          const found = webhooks.find((known) => ('id' in known ? known.id : known.event) === webhook)
          const text = found
            ? `would delete ${toLine(webhook)}: ${toLine(found.event)} to ${toLine(found.url)}`
            : `${platform} has no webhook ${toLine(webhook)}`
          output.result({ ok: found !== undefined, platform, dryRun: true, found }, text)
          return found ? undefined : 'no'
        }
        if (!(await confirm(context, `Delete the ${platform} webhook ${toLine(webhook)}`, options))) return 'no'
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
      ['webhooks delete sonzai agent.message --dry-run', 'where it sends to'],
      ['webhooks delete invoratec 66b1f0c2a9d4e8f700112233', 'by id'],
    ],
    exits: {
      no: 'the platform rejected the request, there is no such webhook, or the answer was no',
      configuration: 'the API key is missing, unknown, or lacks a permission',
      unavailable: 'the platform is unreachable',
    },
  })
}
