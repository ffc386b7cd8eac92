import { styleText } from 'node:util'
import { Command, Option } from 'commander'
import { createBundleCommand } from './commands/bundle.ts'
import { createCompletionCommand } from './commands/completion.ts'
import { createDoctorCommand } from './commands/doctor.ts'
import { createHooksCommand } from './commands/hooks.ts'
import { createInboxCommand } from './commands/inbox.ts'
import { createListenCommand } from './commands/listen.ts'
import { createSandboxCommand } from './commands/sandbox.ts'
import { createSendCommand } from './commands/send.ts'
import { createVerifyCommand } from './commands/verify.ts'
import { teach } from './teach.ts'
import { version } from './version.ts'

/** The whole command tree. */
export function createProgram(): Command {
  const program = new Command('sallyport')
    .description('Webhooks from both sides: receive, send, verify, and operate what was received.')
    .version(version, '-V, --version', 'print the version')
    .option('--json', 'print one JSON object per line: {"ok": true, …} or {"ok": false, "code", "message"}')
    .addOption(
      new Option('--config <file>', 'configuration (default: sallyport.config.ts in this folder)').env(
        'SALLYPORT_CONFIG',
      ),
    )
    .option('--env-from <file>', 'read environment variables from a file; what is set already stays')
    .option('--no-color', 'no colours, as with NO_COLOR=1')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .configureHelp({
      showGlobalOptions: true,
      styleTitle: (text) => styleText('bold', text, { validateStream: false }),
      styleCommandText: (text) => styleText('cyan', text, { validateStream: false }),
    })
    .exitOverride()
  teach(program, {
    examples: [
      ['sandbox', 'run the platforms on this computer'],
      ['listen', 'receive from every provider with a secret'],
      ['send sonzai on_wakeup_ready --to http://localhost:3000', 'deliver a signed event'],
      ['verify sonzai --request delivery.http', 'say why a delivery is refused'],
      ['doctor', 'check the configuration'],
    ],
    exits: {
      no: 'the answer is no: it does not verify, was refused, or a check found an error',
      configuration: 'configuration or a secret is missing or unusable; nothing was done',
      unavailable: 'a server, store, file or platform cannot be reached, or is in use',
      internal: 'a fault in this command; please report it',
    },
    notes: [
      'Secrets come from the environment or from files, never from the command line.\nFlags win over environment variables, and those over the configuration.',
    ],
  })
  const commands = [
    createSandboxCommand(),
    createListenCommand(),
    createSendCommand(),
    createVerifyCommand(),
    createBundleCommand(),
    createInboxCommand(),
    createHooksCommand(),
    createDoctorCommand(),
    createCompletionCommand(() => program),
  ]
  for (const command of commands) program.addCommand(command)
  inherit(program)
  return program
}

function inherit(parent: Command): void {
  for (const command of parent.commands) {
    command.copyInheritedSettings(parent)
    inherit(command)
  }
}
