import { CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { printError } from 'sallyport/provider'
import { toExitCode } from './exit-codes.ts'
import { toFailure } from './failure.ts'
import { createOutput, writeText } from './output.ts'
import { createProgram } from './program.ts'
import { columnsOf, longestLine } from './text/wrap.ts'
import { explainUsage } from './usage-error.ts'

/** Runs one command line. Sets the exit code; never throws. */
export async function run(args: readonly string[]): Promise<void> {
  const flags = args.slice(0, args.includes('--') ? args.indexOf('--') : undefined)
  const isJson = flags.includes('--json')
  survivePrinting()
  try {
    prepareColours(flags)
    const program = await createProgram(findCommand(flags))
    configureOutput(program)
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

/** Everything that Commander prints passes `writeText`. */
function configureOutput(program: CommandUnknownOpts): void {
  program.configureOutput({
    writeOut: (text) => writeText(process.stdout, text, columnsOf(process.stdout)),
    writeErr: (text) => writeText(process.stderr, text, columnsOf(process.stderr)),
    getOutHelpWidth: () => helpWidth(process.stdout),
    getErrHelpWidth: () => helpWidth(process.stderr),
    // `endUsage` prints it, as every other error.
    outputError: () => undefined,
  })
  for (const command of program.commands) configureOutput(command)
}

/** Columns of the help: those of the terminal, up to a readable line; 80 in a pipe. */
function helpWidth(stream: NodeJS.WriteStream): number {
  const columns = columnsOf(stream)
  return columns === Number.POSITIVE_INFINITY ? 80 : Math.min(columns, longestLine)
}

function endUsage({ code, exitCode, message }: CommanderError, args: readonly string[], isJson: boolean): void {
  if (exitCode === 0) return
  process.exitCode = toExitCode('usage')
  createOutput(isJson).fail({ code: 'USAGE', ...explainUsage({ code, message }, args), exitCode })
}
