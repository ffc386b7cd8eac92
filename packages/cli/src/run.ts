import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { CommanderError, type Command } from 'commander'
import { CliError } from './cli-error.ts'
import { toExitCode } from './exit-codes.ts'
import { toFailure } from './failure.ts'
import { createOutput } from './output.ts'
import { createProgram } from './program.ts'

/** Runs one command line to its end; the exit code is set, and nothing is thrown. */
export async function run(args: readonly string[]): Promise<void> {
  const isJson = args.includes('--json')
  // Whoever reads the output may have seen enough, as `head` does.
  process.stdout.on('error', ({ code = 'EIO' }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE') process.exit(toExitCode('no'))
    process.stderr.write(`sallyport: ${code}: the output cannot be written\n`)
    process.exit(toExitCode('unavailable'))
  })
  try {
    prepareEnvironment(args)
    const program = createProgram()
    speakOfErrors(program, isJson)
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) endUsage(error, args, isJson)
    else {
      const failure = toFailure(error)
      createOutput(isJson).fail(failure)
      if (failure.code === 'INTERNAL' && process.env['SALLYPORT_DEBUG']) console.error(error)
      process.exitCode = failure.exitCode
    }
  }
}

/** What has to be so before the options are read: colours, and the variables that options come from. */
function prepareEnvironment(args: readonly string[]): void {
  if (args.includes('--no-color')) process.env['NO_COLOR'] = '1'
  // Not `--env-file`: Node takes that for itself, even behind the script.
  const file = readFlag(args, '--env-from')
  if (file === undefined) return
  try {
    // Not by `process.loadEnvFile`, which says of a file that may not be read that there is none.
    const variables = parseEnv(readFileSync(resolve(file), 'utf8'))
    for (const [name, value] of Object.entries(variables)) process.env[name] ??= value
  } catch (cause) {
    const { code = 'EIO' } = cause as NodeJS.ErrnoException
    throw new CliError('configuration', 'ENV_FILE_UNREADABLE', `${file} cannot be read (${code})`, { cause })
  }
}

function readFlag(args: readonly string[], name: string): string | undefined {
  const end = args.indexOf('--')
  const flags = end < 0 ? args : args.slice(0, end)
  const joined = flags.find((arg) => arg.startsWith(`${name}=`))
  return joined?.slice(name.length + 1) ?? (flags.includes(name) ? flags[flags.indexOf(name) + 1] : undefined)
}

/** With JSON the failure is told on stdout; and a mistyped `--secret=…` must not be repeated. */
function speakOfErrors(program: Command, isJson: boolean): void {
  program.configureOutput({ outputError: (text, write) => (isJson ? undefined : write(withoutValues(text))) })
  for (const command of program.commands) speakOfErrors(command, isJson)
}

function withoutValues(text: string): string {
  return text.replaceAll(/(--[\w-]+)=[^'\n]*/g, '$1=…')
}

function endUsage({ code, exitCode, message }: CommanderError, args: readonly string[], isJson: boolean): void {
  if (exitCode === 0) return
  process.exitCode = toExitCode('usage')
  // The help was printed: without a subcommand, or because there is none to help with.
  const isHelp = code === 'commander.help'
  const isUnknown = isHelp && args.includes('help')
  const text = isHelp
    ? isUnknown
      ? 'there is no such subcommand'
      : 'a subcommand is missing'
    : withoutValues(message)
        .replace(/^error: /, '')
        .replaceAll('\n', ' ')
  if (isUnknown && !isJson) process.stderr.write(`error: ${text}\n`)
  if (isJson) createOutput(true).fail({ code: 'USAGE', message: text, exitCode })
}
