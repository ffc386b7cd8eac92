import { ensureWebhooks, type DesiredSonzaiWebhook, type EnsureOptions } from '@sallyport/platforms'
import { Command, Option } from 'commander'
import { CliError } from '../../cli-error.ts'
import { action, type Context } from '../../context.ts'
import type { ExitName } from '../../exit-codes.ts'
import {
  addPlatformOptions,
  addStoreOption,
  connect,
  openSecrets,
  type HooksOptions,
  type PlatformName,
} from '../../hooks/connect.ts'
import { httpUrl } from '../../options.ts'
import { toShownUrl } from '../../shown-url.ts'
import { teach } from '../../teach.ts'

interface EnsureFlags extends HooksOptions {
  readonly event?: string
  readonly url?: URL
  readonly dryRun?: true
  readonly deleteExtra?: true
  readonly rotateMissing?: true
}

/** `sallyport hooks ensure`. */
export function createEnsureCommand(): Command {
  const command = addStoreOption(addPlatformOptions(new Command('ensure')))
    .summary('register what is missing, update what differs')
    .description(
      'Makes the registrations what they are to be, as often as it is called: registers what is missing, updates what differs, reports what is extra. Signing secrets are kept as soon as they are known.',
    )
    .option('--event <type>', 'one event type, instead of those of the configuration')
    .addOption(new Option('--url <url>', 'where it is to be sent').argParser(httpUrl))
    .option('--dry-run', 'say what would be done, and do nothing')
    .option('--delete-extra', 'delete what nobody desires')
    .option('--rotate-missing', 'rotate where the secret is not known')
    .action(action(ensure))
  return teach(command, {
    examples: [
      ['hooks ensure sonzai --dry-run', 'what the configuration would change'],
      ['hooks ensure invoratec --event alert.triggered --url https://hooks.example.com/invoratec', 'one of them'],
    ],
    exits: {
      no: 'the platform refused, or not all is as desired',
      configuration: 'nothing is desired, or the API key is missing or unknown',
      unavailable: 'the platform or the store of secrets cannot be reached',
    },
  })
}

async function ensure(context: Context, flags: EnsureFlags, platform: PlatformName): Promise<ExitName | undefined> {
  const connected = connect(context, platform, flags)
  const { client, projectId } = connected
  const desired = readDesired(flags, connected.settings.hooks, platform)
  const options: EnsureOptions = {
    store: await openSecrets(context, connected, flags),
    dryRun: flags.dryRun ?? false,
    deleteExtra: flags.deleteExtra ?? false,
    missingSecret: flags.rotateMissing ? 'rotate' : 'report',
  }
  const report =
    client.platform === 'sonzai'
      ? await ensureWebhooks(
          client,
          desired.map(({ eventType, url }): DesiredSonzaiWebhook => ({
            eventType,
            url,
            ...(projectId === undefined ? {} : { projectId }),
          })),
          options,
        )
      : await ensureWebhooks(client, desired, options)
  const { ok, dryRun } = report
  const webhooks = report.webhooks.map(({ error, url, ...rest }) => ({
    ...rest,
    url: toShownUrl(url),
    ...(error === undefined ? undefined : { code: error.code, message: error.message }),
  }))
  context.output.result({ ok, platform, dryRun, webhooks }, String(report))
  return ok || dryRun ? undefined : 'no'
}

interface Desired {
  readonly eventType: string
  readonly url: string
  readonly filter?: Readonly<Record<string, unknown>>
}

function readDesired(
  { event, url }: EnsureFlags,
  hooks: readonly { event: string; url: string; filter?: Readonly<Record<string, unknown>> | undefined }[] = [],
  platform: string,
): Desired[] {
  if ((event === undefined) !== (url === undefined))
    throw new CliError('usage', 'USAGE', '--event and --url belong together')
  if (event !== undefined && url !== undefined) return [{ eventType: event, url: url.href }]
  if (hooks.length === 0) {
    throw new CliError('configuration', 'NOTHING_DESIRED', `no webhooks are desired on ${platform}`, {
      fix: `Name one with --event and --url, or configure platforms.${platform}.hooks.`,
    })
  }
  return hooks.map(({ event: eventType, url: to, filter }) => ({
    eventType,
    url: to,
    ...(filter === undefined ? {} : { filter }),
  }))
}
