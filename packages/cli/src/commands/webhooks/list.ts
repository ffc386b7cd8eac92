import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { action } from '../../context.ts'
import { addHelp } from '../../help.ts'
import { renderTable, type Cell, type Column } from '../../text/table.ts'
import { connect, createPlatformCommand } from '../../webhooks/connect.ts'
import { listWebhooks } from '../../webhooks/list-webhooks.ts'

/** `sallyport webhooks list`. */
export function createListCommand(): CommandUnknownOpts {
  const command = createPlatformCommand('list')
    .summary('list webhooks')
    .description('Lists the webhooks of a platform, without credentials.')
    .action(
      action(async (context, platform, options) => {
        const { output } = context
        const { client, projectId } = await connect(context, platform, options)
        const webhooks = await listWebhooks({ client, projectId })
        const rows = webhooks.map((webhook): Cell[] => [
          webhook.isActive ? ['green', 'active'] : ['yellow', 'inactive'],
          webhook.event,
          ...('id' in webhook ? [webhook.id, String(webhook.failCount)] : []),
          webhook.url,
        ])
        const columns: Column[] = [
          { title: 'STATE' },
          { title: 'EVENT', cut: true },
          ...(platform === 'invoratec' ? ([{ title: 'ID' }, { title: 'FAILED', align: 'right' }] as const) : []),
          { title: 'URL', below: 'whole' },
        ]
        output.result({ ok: true, platform, webhooks }, rows.length === 0 ? '' : renderTable(output, columns, rows))
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
