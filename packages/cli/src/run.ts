import { CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { printError } from 'sallyport/provider'
import { toExitCode } from './exit-codes.ts'
import { toFailure } from './failure.ts'
import { createOutput, indentMore, writeText } from './output.ts'
import { createProgram } from './program.ts'

/** Runs one command line. Sets the exit code; never throws. */
export async function run(args: readonly string[]): Promise<void> {
  const flags = args.slice(0, args.includes('--') ? args.indexOf('--') : undefined)
  const isJson = flags.includes('--json')
  survivePrinting()
  try {
    prepareColours(flags)
    const program = await createProgram(findCommand(flags))
    configureOutput(program, isJson)
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) endUsage(error, args, isJson)
    else {
      const failure = toFailure(error)
      createOutput(isJson).fail(failure)
      if (failure.code === 'INTERNAL' && process.env['SALLYPORT_DEBUG']) printError('sallyport:', error)
      process.exitCode = failure.exitCode
    }
  }
}

/** Goes on when nobody reads the output, as behind `head`: work and exit code do not depend on printing. */
function survivePrinting(): void {
  process.stderr.on('error', () => {})
  process.stdout.once('error', ({ code = 'EIO' }: NodeJS.ErrnoException) => {
    process.stdout.on('error', () => {})
    if (code === 'EPIPE') return
    createOutput(false).note(`sallyport: ${code}: cannot write the output`)
    // The result is lost, as on a full disk.
    process.once('exit', (exit) => (process.exitCode = exit === 0 ? toExitCode('unavailable') : exit))
  })
}

/** The first word that is no option: the command. */
function findCommand(flags: readonly string[]): string | undefined {
  return flags.find((flag, index) => !flag.startsWith('-') && !/^--(?:config|env-from)$/.test(flags[index - 1] ?? ''))
}

/** Sets what must be set before anything is printed: colours. */
function prepareColours(flags: readonly string[]): void {
  if (flags.includes('--no-color')) process.env['NO_COLOR'] = '1'
  // Node would prefer it, and warn.
  if (process.env['NO_COLOR']) delete process.env['FORCE_COLOR']
}

/** Everything that Commander prints passes `writeText`. With `--json` errors go to stdout as JSON. */
function configureOutput(program: CommandUnknownOpts, isJson: boolean): void {
  program.configureOutput({
    writeOut: (text) => writeText(process.stdout, text),
    writeErr: (text) => writeText(process.stderr, text),
    outputError: (text, write) => (isJson ? undefined : write(`${indentMore(withoutValues(text.trimEnd()))}\n`)),
  })
  for (const command of program.commands) configureOutput(command, isJson)
}

/** A mistyped `--secret=…` is never repeated. */
function withoutValues(text: string): string {
  return text.replaceAll(/(--[\w-]+)=[^'\n]*/g, '$1=…')
}

function endUsage({ code, exitCode, message }: CommanderError, args: readonly string[], isJson: boolean): void {
  if (exitCode === 0) return
  process.exitCode = toExitCode('usage')
  // Commander printed the help: the subcommand is missing, or unknown to `help`.
  const isHelp = code === 'commander.help'
  const isUnknown = isHelp && args.includes('help')
  const text = isHelp
    ? isUnknown
      ? 'there is no such subcommand'
      : 'a subcommand is missing'
    : withoutValues(message)
        .replace(/^error: /, '')
        .replaceAll('\n', ' ')
  if (isUnknown && !isJson) createOutput(false).note(`error: ${text}`)
  if (isJson) createOutput(true).fail({ code: 'USAGE', message: text, exitCode })
}
