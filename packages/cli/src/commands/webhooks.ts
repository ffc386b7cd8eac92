import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { addHelp } from '../help.ts'
import { createAttemptsCommand } from './webhooks/attempts.ts'
import { createDeleteCommand } from './webhooks/delete.ts'
import { createEnsureCommand } from './webhooks/ensure.ts'
import { createListCommand } from './webhooks/list.ts'
import { createRotateCommand } from './webhooks/rotate.ts'

/** `sallyport webhooks`: webhooks on the platforms. */
export function createWebhooksCommand(): CommandUnknownOpts {
  const command = new Command('webhooks')
    .summary('manage webhooks on the platforms and rotate their secrets')
    .description(
      'Manages the webhooks of Sonzai and Invoratec. Signing secrets are written to a file that only its owner can read; `sallyport listen --secrets` and `storedSecrets` read it. They are never printed.',
    )
    .addCommand(createListCommand())
    .addCommand(createEnsureCommand())
    .addCommand(createRotateCommand())
    .addCommand(createAttemptsCommand())
    .addCommand(createDeleteCommand())
  return addHelp(command, {
    examples: [
      ['webhooks ensure sonzai', 'create what the configuration lists'],
      ['webhooks rotate sonzai on_wakeup_ready', 'new secret; the old one stays valid for a while'],
      ['webhooks attempts sonzai on_wakeup_ready', 'show recent deliveries'],
    ],
    exits: {
      no: 'the platform rejected the request, or a webhook does not match the configuration',
      configuration: 'the API key is missing, unknown, or lacks a permission',
      unavailable: 'the platform or the secret file is unreachable',
    },
  })
}
