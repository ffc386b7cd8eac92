import { commandNames } from './program.ts'

/** What is wrong with a command line, and what to type. @param error of Commander */
export function explainUsage(
  { code, message }: { readonly code: string; readonly message: string },
  args: readonly string[],
): { message: string; fix: string } {
  // Commander printed the help: the subcommand is missing, or unknown to `help`.
  if (code === 'commander.help') {
    const what = args.includes('help') ? 'there is no such subcommand' : 'a subcommand is missing'
    return { message: what, fix: 'Name one of the commands above.' }
  }
  const text = withoutValues(message).replace(/^error: /, '')
  const [, wrong, rule] = /^([^]* is invalid[^.\n]*)\. ([^]*)$/.exec(text) ?? []
  if (wrong !== undefined && rule !== undefined) return { message: wrong, fix: rule }
  const [, what = text, guess] = /^([^]*)\n\((Did you mean [^]*)\)$/.exec(text) ?? []
  const names = findNames(args)
  // The last word is no command then.
  const path = code === 'commander.unknownCommand' ? names.slice(0, 1) : names
  const help = `Run \`${['sallyport', ...path].join(' ')} --help\` to see what it takes.`
  return { message: what.replaceAll('\n', ' '), fix: guess === undefined ? help : `${guess} ${help}` }
}

/** A mistyped `--secret=…` is never repeated. */
function withoutValues(text: string): string {
  return text.replaceAll(/(--[\w-]+)=[^'\n]*/g, '$1=…')
}

const groups: readonly (string | undefined)[] = ['bundle', 'inbox', 'webhooks']

/** The command that a line names, and its subcommand. */
function findNames(args: readonly string[]): string[] {
  const [command, subcommand] = args.filter((word) => !word.startsWith('-'))
  if (command === undefined || !commandNames.includes(command)) return []
  // Anything else is not repeated outside quotes.
  return groups.includes(command) && /^[a-z]+$/.test(subcommand ?? '') ? [command, subcommand!] : [command]
}
