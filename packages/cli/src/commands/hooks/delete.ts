import { Command } from 'commander'
import { action, type Context } from '../../context.ts'
import { addPlatformOptions, connect, type HooksOptions, type PlatformName } from '../../hooks/connect.ts'
import { toLine } from '../../output.ts'
import { teach } from '../../teach.ts'

/** `sallyport hooks delete`. */
export function createDeleteCommand(): Command {
  const command = addPlatformOptions(new Command('delete'))
    .summary('delete one registration')
    .description(
      'Deletes one webhook registration; the platform sends nothing more to it. What is kept of its secret stays, for deliveries under way.',
    )
    .argument('<webhook>', 'Sonzai: its event type; Invoratec: its id, as `hooks list` shows it')
    .action(action(remove))
  return teach(command, {
    examples: [
      ['hooks delete sonzai agent.message', 'the one registration of an event type'],
      ['hooks delete invoratec 66b1f0c2a9d4e8f700112233', 'one subscription of several'],
    ],
    exits: {
      no: 'the platform refused, or there is no such registration',
      configuration: 'the API key is missing or unknown, or lacks a permission',
      unavailable: 'the platform cannot be reached',
    },
  })
}

async function remove(
  context: Context,
  options: HooksOptions,
  platform: PlatformName,
  webhook: string,
): Promise<undefined> {
  const { output } = context
  const { client, projectId } = connect(context, platform, options)
  if (client.platform === 'invoratec') await client.webhooks.delete(webhook)
  else if (projectId === undefined) await client.webhooks.delete(webhook)
  else await client.webhooks.deleteForProject(projectId, webhook)
  output.result({ ok: true, platform, deleted: webhook }, `${output.style('green', '✓')} deleted ${toLine(webhook)}`)
  return undefined
}
