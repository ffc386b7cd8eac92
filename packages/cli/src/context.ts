import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import type { SallyportConfig } from './config/config-schema.ts'
import { loadConfig, type LoadedConfig } from './config/load-config.ts'
import { toExitCode, type ExitName } from './exit-codes.ts'
import { createOutput, type Output } from './output.ts'

/** Options of the program itself, which every subcommand takes. */
interface GlobalOptions {
  readonly json?: true
  readonly config?: string
}

/** What a subcommand works with. */
export interface Context {
  readonly output: Output
  readonly env: NodeJS.ProcessEnv
  readonly cwd: string
  readonly loaded: LoadedConfig
  readonly config: SallyportConfig
}

/**
 * Makes a commander action: loads the configuration, then calls `work` with the context and what commander passes: arguments, options, command.
 * `work` returns the name of the exit code; `undefined` means `ok`.
 */
export function action<Parameters extends readonly unknown[]>(
  work: (context: Context, ...parameters: Parameters) => Promise<ExitName | undefined>,
): (...parameters: Parameters) => Promise<void> {
  return async (...parameters) => {
    const command = parameters.at(-1) as CommandUnknownOpts
    const options = command.optsWithGlobals() as GlobalOptions
    const cwd = process.cwd()
    const loaded = await loadConfig(options.config, cwd)
    const context = {
      output: createOutput(options.json ?? false),
      env: process.env,
      cwd,
      loaded,
      config: loaded.config,
    }
    const exit = await work(context, ...parameters)
    if (exit !== undefined) process.exitCode = toExitCode(exit)
  }
}

/** Resolves at the first signal to stop. A second signal ends the process at once. */
export function untilStopped(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, resolve)
  })
}
