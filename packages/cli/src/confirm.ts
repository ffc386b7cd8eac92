import { createInterface } from 'node:readline/promises'
import { Option } from '@commander-js/extra-typings'
import { CliError } from './cli-error.ts'
import type { Context } from './context.ts'

/** Values of the options of a command that asks first. */
export interface ConfirmOptions {
  readonly yes?: true | undefined
  readonly dryRun?: true | undefined
}

/** The option that answers the question. */
export function yesOption() {
  return new Option('--yes', 'do it without asking').conflicts('dryRun')
}

/** The option that only says what would happen. */
export function dryRunOption() {
  return new Option('--dry-run', 'only say what would happen')
}

/**
 * Asks on the terminal whether to do what cannot be undone; `--yes` answers it.
 *
 * @param question without its question mark
 * @returns whether to do it
 * @throws CliError `NOT_CONFIRMED` without `--yes` where nobody can be asked: in a pipe, or with `--json`
 */
export async function confirm({ output }: Context, question: string, { yes }: ConfirmOptions): Promise<boolean> {
  if (yes) return true
  if (output.isJson || !process.stdin.isTTY || !process.stderr.isTTY) {
    throw new CliError('usage', 'NOT_CONFIRMED', `${question}? Nothing was done: there is no terminal to ask on`, {
      fix: 'Pass --yes to do it, or --dry-run to see what would happen.',
    })
  }
  output.note(`${question}? Type yes to do it.`)
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  // The end of the input is no.
  const answer = await Promise.race([
    terminal.question('> '),
    new Promise<string>((resolve) => terminal.once('close', () => resolve(''))),
  ])
  terminal.close()
  const isYes = ['y', 'yes'].includes(answer.trim().toLowerCase())
  if (!isYes) output.note('Nothing was done.')
  return isYes
}
