import { readFileSync } from 'node:fs'
import { styleText } from 'node:util'
import { Command, Option, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { createBundleCommand } from './commands/bundle.ts'
import { createCompletionCommand } from './commands/completion.ts'
import { createDoctorCommand } from './commands/doctor.ts'
import { createInboxCommand } from './commands/inbox.ts'
import { createListenCommand } from './commands/listen.ts'
import { createSandboxCommand } from './commands/sandbox.ts'
import { createSendCommand } from './commands/send.ts'
import { createVerifyCommand } from './commands/verify.ts'
import { createWebhooksCommand } from './commands/webhooks.ts'
import { exitCodes } from './exit-codes.ts'
import { addHelp } from './help.ts'

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }

/** Creates the whole command tree. */
export function createProgram(): CommandUnknownOpts {
  const program = new Command('sallyport')
    .description('Webhooks from both sides: receive, send, verify, and operate what was received.')
    .version(manifest.version, '-V, --version', 'print the version')
    .option('--json', 'print one JSON object per line: {"ok": true, …} or {"ok": false, "code", "message"}')
    .addOption(
      new Option('--config <file>', 'configuration (default: sallyport.config.ts in this folder)').env(
        'SALLYPORT_CONFIG',
      ),
    )
    .option('--env-from <file>', 'read environment variables from a file; variables already set win')
    .option('--no-color', 'no colours; the same as NO_COLOR=1')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .configureHelp({
      showGlobalOptions: true,
      // Long option names leave fewer columns than the default of 40, below which nothing wraps.
      minWidthToWrap: 20,
      styleTitle: (text) => styleText('bold', text, { validateStream: false }),
      styleCommandText: (text) => styleText('cyan', text, { validateStream: false }),
    })
    .exitOverride()
  addHelp(program, {
    examples: [
      ['sandbox', 'run the platforms on this computer'],
      ['listen', 'receive from every provider that has a secret'],
      ['send sonzai on_wakeup_ready --to http://localhost:3000', 'send a signed event'],
      ['verify sonzai --request delivery.http', 'explain why a delivery is rejected'],
      ['doctor', 'check the configuration'],
    ],
    exits: {
      no: exitCodes.no[1],
      configuration: exitCodes.configuration[1],
      unavailable: exitCodes.unavailable[1],
      internal: exitCodes.internal[1],
    },
    notes: [
      'Secrets come from the environment or from files, never from the command line.\nFlags override environment variables, and those override the configuration.',
    ],
  })
  const commands = [
    createSandboxCommand(),
    createListenCommand(),
    createSendCommand(),
    createVerifyCommand(),
    createBundleCommand(),
    createInboxCommand(),
    createWebhooksCommand(),
    createDoctorCommand(),
    createCompletionCommand(() => program),
  ]
  for (const command of commands) program.addCommand(command)
  inherit(program)
  return program
}

function inherit(parent: CommandUnknownOpts): void {
  for (const command of parent.commands) {
    command.copyInheritedSettings(parent)
    inherit(command)
  }
}
