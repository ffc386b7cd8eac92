import { Option, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { ensureWebhooks, toShownUrl, type EnsureOptions } from '@sallyport/platforms'
import { CliError } from '../../cli-error.ts'
import type { WebhookConfig } from '../../config/config-schema.ts'
import { action } from '../../context.ts'
import { addHelp } from '../../help.ts'
import { httpUrl } from '../../options.ts'
import { connect, createPlatformCommand, storeOption, withSecrets, type Connected } from '../../webhooks/connect.ts'

/** `sallyport webhooks ensure`. */
export function createEnsureCommand(): CommandUnknownOpts {
  const command = createPlatformCommand('ensure')
    .addOption(storeOption())
    .summary('create or update webhooks to match the configuration')
    .description(
      'Creates or updates webhooks to match the configuration (idempotent): creates what is missing, updates what differs, reports what is not listed. Signing secrets are stored as soon as they are known.',
    )
    .option('--event <type>', 'one event type, instead of the configured ones')
    .addOption(new Option('--url <url>', 'where the platform sends that event type').argParser(httpUrl))
    .option('--dry-run', 'show what would change, and change nothing')
    .option('--delete-extra', 'delete webhooks that are not listed')
    .option('--rotate-missing', 'rotate webhooks whose secret is not stored')
    .action(
      action(async (context, platform, options) => {
        const connected = await connect(context, platform, options)
        const { client, projectId } = connected
        const listed = await readListed(options, connected, platform)
        const report = await withSecrets(context, connected, options, (store) => {
          const settings: EnsureOptions = {
            store,
            dryRun: options.dryRun ?? false,
            deleteExtra: options.deleteExtra ?? false,
            missingSecret: options.rotateMissing ? 'rotate' : 'report',
          }
          return client.platform === 'sonzai'
            ? ensureWebhooks(
                client,
                listed.map(({ eventType, url }) => ({ eventType, url, projectId })),
                settings,
              )
            : ensureWebhooks(
                client,
                listed.map(({ eventType, url, filter }) => ({ eventType, url, filter })),
                settings,
              )
        })
        const { ok, dryRun } = report
        const webhooks = report.webhooks.map(({ error, url, ...rest }) => ({
          ...rest,
          url: toShownUrl(url),
          code: error?.code,
          message: error?.message,
        }))
        context.output.result({ ok, platform, dryRun, webhooks }, String(report))
        return ok || dryRun ? undefined : 'no'
      }),
    )
  return addHelp(command, {
    examples: [
      ['webhooks ensure sonzai --dry-run', 'show what would change'],
      ['webhooks ensure invoratec --event alert.triggered --url https://hooks.example.com/invoratec', 'one webhook'],
    ],
    exits: {
      no: 'the platform rejected a request, or a webhook does not match the configuration',
      configuration: 'no webhooks are listed, or the API key is missing or unknown',
      unavailable: 'the platform or the secret file is unreachable',
    },
  })
}

/** The webhooks that should exist: the one the flags name, else the configured ones. */
async function readListed(
  { event, url }: { readonly event?: string | undefined; readonly url?: URL | undefined },
  { settings }: Connected,
  platform: string,
): Promise<readonly WebhookConfig[]> {
  if ((event === undefined) !== (url === undefined))
    throw new CliError('usage', 'USAGE', '--event and --url must be used together', {
      fix: 'Pass both, or neither to use the configuration.',
    })
  if (event !== undefined && url !== undefined) return [{ eventType: event, url: url.href }]
  const { webhooks: configured = [] } = await settings()
  if (configured.length > 0) return configured
  throw new CliError('configuration', 'NOTHING_DESIRED', `no webhooks configured for ${platform}`, {
    fix: `Name one with --event and --url, or list them in platforms.${platform}.webhooks.`,
  })
}
