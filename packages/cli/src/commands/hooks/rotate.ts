import { rotateWithOverlap } from '@sallyport/platforms'
import { Command, Option } from 'commander'
import { action, type Context } from '../../context.ts'
import {
  addPlatformOptions,
  addStoreOption,
  connect,
  openSecrets,
  type HooksOptions,
  type PlatformName,
} from '../../hooks/connect.ts'
import { httpUrl, timeSpan } from '../../options.ts'
import { teach } from '../../teach.ts'

interface RotateFlags extends HooksOptions {
  readonly url?: URL
  readonly window: number
}

/** `sallyport hooks rotate`. */
export function createRotateCommand(): Command {
  const command = addStoreOption(addPlatformOptions(new Command('rotate')))
    .summary('give a registration a new secret, the old one beside it for a while')
    .description(
      'Rotates the signing secret and keeps the old one beside it, so that no delivery under way is refused. The old one retires by itself.',
    )
    .argument('<event>', 'event type of the registration')
    .addOption(new Option('--url <url>', 'Invoratec: which of several subscriptions').argParser(httpUrl))
    .addOption(
      new Option('--window <span>', 'how long the old secret counts').argParser(timeSpan).default(600_000, '10m'),
    )
    .action(action(rotate))
  return teach(command, {
    examples: [['hooks rotate sonzai on_wakeup_ready --window 30m', 'half an hour of both']],
    exits: {
      no: 'the platform refused, or nobody knows whether it rotated',
      configuration: 'the API key is missing or unknown',
      unavailable: 'the platform or the store cannot be reached, or another rotation is at work',
    },
  })
}

async function rotate(
  context: Context,
  flags: RotateFlags,
  platform: PlatformName,
  eventType: string,
): Promise<undefined> {
  const connected = connect(context, platform, flags)
  const { client, projectId } = connected
  const store = await openSecrets(context, connected, flags)
  const target = {
    eventType,
    ...(projectId === undefined ? {} : { projectId }),
    ...(flags.url === undefined ? {} : { url: flags.url.href }),
  }
  const report = await rotateWithOverlap(client, target, { store, windowMs: flags.window })
  const { name, keyId, attempts } = report
  const retiring = report.retiring.map(({ keyId: old, retiresAt }) => ({
    keyId: old,
    retiresAt: retiresAt.toISOString(),
  }))
  context.output.result({ ok: true, platform, name, keyId, retiring, attempts }, String(report))
  return undefined
}
