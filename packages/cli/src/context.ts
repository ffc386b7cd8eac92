import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { loadConfig, type LoadedConfig } from './config/load-config.ts'
import { toExitCode, type ExitName } from './exit-codes.ts'
import { createOutput, type Output } from './output.ts'
import { readVariables, takesVariable } from './variables.ts'

/** Options of the program itself, which every subcommand takes. */
interface GlobalOptions {
  readonly json?: true
  readonly config?: string
}

/** What a subcommand works with. */
export interface Context {
  readonly output: Output
  /** The variables of the process and of `.env`, which is read when this is asked for. */
  readonly env: NodeJS.ProcessEnv
  readonly cwd: string
  /**
   * Runs `sallyport.config.ts`, at most once. It is a program, and the folder may be a stranger's: call this only where
   * flags leave something to ask it.
   *
   * @throws CliError `CONFIG_MISSING`, `CONFIG_UNREADABLE`, `CONFIG_INVALID`
   */
  loadConfig(): Promise<LoadedConfig>
}

/**
 * Makes a commander action: calls `work` with the context and what commander passes: arguments, options, command. `work` returns the
 * name of the exit code; `undefined` means `ok`.
 */
export function action<Parameters extends readonly unknown[]>(
  work: (context: Context, ...parameters: Parameters) => Promise<ExitName | undefined>,
): (...parameters: Parameters) => Promise<void> {
  return async (...parameters) => {
    const command = parameters.at(-1) as CommandUnknownOpts
    const options = command.optsWithGlobals() as GlobalOptions
    const cwd = process.cwd()
    const output = createOutput(options.json ?? false)
    let loading: Promise<LoadedConfig> | undefined
    let isTold = false
    const lookUp = (): NodeJS.ProcessEnv => {
      const { env, note } = readVariables(command)
      if (note !== undefined && !isTold) output.note(note)
      isTold = true
      return env
    }
    if (takesVariable(command)) lookUp()
    const context: Context = {
      output,
      get env() {
        return lookUp()
      },
      cwd,
      // Commander has looked the variable up before `.env` was read.
      loadConfig: () => (loading ??= loadConfig(options.config ?? lookUp()['SALLYPORT_CONFIG'], cwd)),
    }
    const exit = await work(context, ...parameters)
    // A variable speaks to every command, a flag to this one.
    if (loading === undefined && command.getOptionValueSourceWithGlobals('config') === 'cli')
      output.note('--config: not read, this command needs nothing of it')
    if (exit !== undefined) process.exitCode = toExitCode(exit)
  }
}

/** Resolves at the first signal to stop. A second signal ends the process at once. */
export function untilStopped(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, resolve)
  })
}
