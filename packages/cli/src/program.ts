import { readFileSync } from 'node:fs'
import { Command, Option, type CommandUnknownOpts } from '@commander-js/extra-typings'
import measure from 'fast-string-truncated-width'
import { exitCodes } from './exit-codes.ts'
import { addHelp } from './help.ts'
import { collect } from './options.ts'
import { paint } from './output.ts'
import { readVariables, takesVariable, toProgram } from './variables.ts'

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }

const commands: Readonly<Record<string, () => Promise<CommandUnknownOpts>>> = {
  sandbox: async () => (await import('./commands/sandbox.ts')).createSandboxCommand(),
  listen: async () => (await import('./commands/listen.ts')).createListenCommand(),
  send: async () => (await import('./commands/send.ts')).createSendCommand(),
  verify: async () => (await import('./commands/verify.ts')).createVerifyCommand(),
  bundle: async () => (await import('./commands/bundle.ts')).createBundleCommand(),
  inbox: async () => (await import('./commands/inbox.ts')).createInboxCommand(),
  console: async () => (await import('./commands/console.ts')).createConsoleCommand(),
  watch: async () => (await import('./commands/watch.ts')).createWatchCommand(),
  webhooks: async () => (await import('./commands/webhooks.ts')).createWebhooksCommand(),
  doctor: async () => (await import('./commands/doctor.ts')).createDoctorCommand(),
  completion: async () => (await import('./commands/completion.ts')).createCompletionCommand(createProgram),
}

/** The names of all commands. */
export const commandNames: readonly string[] = Object.keys(commands)

/**
 * Creates the command tree.
 *
 * @param only the one command to load, as loading every command takes most of a second. @default every command
 */
export async function createProgram(only?: string): Promise<CommandUnknownOpts> {
  const program = new Command('sallyport')
    .description('Webhooks from both sides: receive, send, verify, and operate what was received.')
    .version(manifest.version, '-V, --version', 'print the version')
    .option('--json', 'print one JSON object per line: {"ok": true, …} or {"ok": false, "code", "message"}')
    .addOption(
      new Option('--config <file>', 'configuration (default: sallyport.config.ts in this folder)').env(
        'SALLYPORT_CONFIG',
      ),
    )
    // Not `--env-file`: Node takes that option itself, even after the script.
    .option(
      '--env-from <file>',
      'read environment variables from a file, not from .env; variables already set win; repeatable',
      collect,
    )
    .option('--no-color', 'no colours; the same as NO_COLOR=1')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .configureHelp({
      showGlobalOptions: true,
      // Those of the program; `sandbox` has options that its subcommand does not take.
      visibleGlobalOptions: (command) =>
        command.parent === null ? [] : toProgram(command).options.filter(({ hidden }) => !hidden),
      // Long option names leave fewer columns than the default of 40, below which nothing wraps.
      minWidthToWrap: 16,
      displayWidth: (text) => measure(text).width,
      styleTitle: (text) => paint('bold', text),
      styleCommandText: (text) => paint('cyan', text),
    })
    .exitOverride()
  addHelp(program, {
    examples: [
      ['sandbox', 'run the platforms on this computer'],
      ['listen', 'receive from every provider that has a secret'],
      ['send sonzai on_wakeup_ready', 'send it a signed event'],
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
  const load = Object.hasOwn(commands, only ?? '') ? [commands[only!]!] : Object.values(commands)
  for (const create of load) program.addCommand(await create())
  inherit(program)
  return program
}

function inherit(parent: CommandUnknownOpts): void {
  // Before Commander looks up the variables of the command's options.
  parent.hook('preSubcommand', (_parent, command) => {
    if (parent.args.some((word) => word === '--help' || word === '-h')) return
    const isAsked = parent.getOptionValueSourceWithGlobals('envFrom') !== undefined
    if (isAsked || takesVariable(command)) readVariables(parent)
  })
  for (const command of parent.commands) {
    command.copyInheritedSettings(parent)
    inherit(command)
  }
}
