import { Option, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { rotateWithOverlap } from '@sallyport/platforms'
import { action } from '../../context.ts'
import { addHelp } from '../../help.ts'
import { httpUrl, timeSpan } from '../../options.ts'
import { connect, createPlatformCommand, withSecrets, storeOption } from '../../webhooks/connect.ts'

/** `sallyport webhooks rotate`. */
export function createRotateCommand(): CommandUnknownOpts {
  const command = createPlatformCommand('rotate')
    .addOption(storeOption())
    .summary('rotate a signing secret; the old one stays valid for a while')
    .description(
      'Rotates the signing secret of a webhook. The old secret stays valid for the window, so that deliveries already sent still verify.',
    )
    .argument('<event>', 'event type of the webhook')
    .addOption(new Option('--url <url>', 'Invoratec: which of several webhooks').argParser(httpUrl))
    .addOption(
      new Option('--window <time>', 'how long the old secret stays valid: 90s, 30m, 2h')
        .argParser(timeSpan)
        .default(600_000, '10m'),
    )
    .action(
      action(async (context, platform, eventType, options) => {
        const connected = await connect(context, platform, options)
        const { client, projectId } = connected
        const report = await withSecrets(context, connected, options, (store) =>
          rotateWithOverlap(
            client,
            { eventType, projectId, url: options.url?.href },
            { store, windowMs: options.window },
          ),
        )
        const { name, keyId, attempts } = report
        const retiring = report.retiring.map(({ keyId: old, retiresAt }) => ({
          keyId: old,
          retiresAt: retiresAt.toISOString(),
        }))
        context.output.result({ ok: true, platform, name, keyId, retiring, attempts }, String(report))
        return undefined
      }),
    )
  return addHelp(command, {
    examples: [['webhooks rotate sonzai on_wakeup_ready --window 30m', 'both secrets valid for 30 minutes']],
    exits: {
      no: 'the platform rejected the request, or the result of the rotation is unknown',
      configuration: 'the API key is missing or unknown',
      unavailable: 'the platform or the secret file is unreachable, or another rotation is running',
    },
  })
}
