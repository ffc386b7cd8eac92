import { Argument, Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { toBash } from '../completion/bash.ts'
import { toFish } from '../completion/fish.ts'
import { readTree } from '../completion/tree.ts'
import { toZsh } from '../completion/zsh.ts'
import { action } from '../context.ts'
import { addHelp } from '../help.ts'

const writers = { bash: toBash, zsh: toZsh, fish: toFish } as const

/** `sallyport completion`: a script generated from the command tree, so it knows every command and option. */
export function createCompletionCommand(createProgram: () => Promise<CommandUnknownOpts>): CommandUnknownOpts {
  const command = new Command('completion')
    .summary('print a completion script for a shell')
    .description('Prints a script that completes commands, options, providers and their events.')
    .addArgument(new Argument('<shell>', 'the shell').choices(['bash', 'zsh', 'fish'] as const))
    .action(
      action(async ({ output }, shell) => {
        const script = writers[shell](await readTree(await createProgram()))
        output.result({ ok: true, shell, script }, script.trimEnd(), 'program')
        return undefined
      }),
    )
  return addHelp(command, {
    examples: [
      ['completion bash > ~/.local/share/bash-completion/completions/sallyport', 'for bash'],
      ['completion zsh > "${fpath[1]}/_sallyport"', 'for zsh'],
      ['completion fish > ~/.config/fish/completions/sallyport.fish', 'for fish'],
    ],
  })
}
