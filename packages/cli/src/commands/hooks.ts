import { Command } from 'commander'
import { teach } from '../teach.ts'
import { createAttemptsCommand } from './hooks/attempts.ts'
import { createDeleteCommand } from './hooks/delete.ts'
import { createEnsureCommand } from './hooks/ensure.ts'
import { createListCommand } from './hooks/list.ts'
import { createRotateCommand } from './hooks/rotate.ts'

/** `sallyport hooks`: registrations on the platforms. */
export function createHooksCommand(): Command {
  const command = new Command('hooks')
    .summary('register webhooks on the platforms, rotate their secrets')
    .description(
      'Works on the webhook registrations of Sonzai and Invoratec. Signing secrets go into a file for its owner only, which `sallyport listen --secrets` and `storedSecrets` read; they are never printed.',
    )
    .addCommand(createListCommand())
    .addCommand(createEnsureCommand())
    .addCommand(createRotateCommand())
    .addCommand(createAttemptsCommand())
    .addCommand(createDeleteCommand())
  return teach(command, {
    examples: [
      ['hooks ensure sonzai', 'register what the configuration says'],
      ['hooks rotate sonzai on_wakeup_ready', 'a new secret, the old one beside it for a while'],
      ['hooks attempts sonzai on_wakeup_ready', 'what became of deliveries'],
    ],
    exits: {
      no: 'the platform refused, or not all is as desired',
      configuration: 'the API key is missing or unknown, or lacks a permission',
      unavailable: 'the platform or the store of secrets cannot be reached',
    },
  })
}
