import type { Command } from 'commander'
import type { SallyportConfig } from './config/config-schema.ts'
import { loadConfig, type LoadedConfig } from './config/load-config.ts'
import { toExitCode, type ExitName } from './exit-codes.ts'
import { createOutput, type Output } from './output.ts'

/** Options that every subcommand takes. */
export interface GlobalOptions {
  readonly json?: boolean
  readonly config?: string
  readonly envFrom?: string
  readonly color?: boolean
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
 * Makes the action of a subcommand out of a function of context, options and arguments. It answers how to exit; nothing is
 * `ok`.
 */
export function action(
  work: (context: Context, options: never, ...parameters: never[]) => Promise<ExitName | undefined>,
): (...parameters: unknown[]) => Promise<void> {
  return async (...all) => {
    const command = all.at(-1) as Command
    const options = command.optsWithGlobals<GlobalOptions>()
    const env = process.env
    const cwd = process.cwd()
    const loaded = await loadConfig(options.config, cwd)
    const context = { output: createOutput(options.json ?? false), env, cwd, loaded, config: loaded.config }
    const exit = await work(context, options as never, ...(all.slice(0, -2) as never[]))
    if (exit !== undefined) process.exitCode = toExitCode(exit)
  }
}
