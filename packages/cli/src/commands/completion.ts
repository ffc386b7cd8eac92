import { Argument, Command } from 'commander'
import { toBash } from '../completion/bash.ts'
import { toFish } from '../completion/fish.ts'
import { readTree } from '../completion/tree.ts'
import { toZsh } from '../completion/zsh.ts'
import { action } from '../context.ts'
import { teach } from '../teach.ts'

const writers = { bash: toBash, zsh: toZsh, fish: toFish } as const

/** `sallyport completion`: made out of the command tree, so that it knows what the command knows. */
export function createCompletionCommand(program: () => Command): Command {
  const command = new Command('completion')
    .summary('print a completion script for a shell')
    .description('Prints a script that completes commands, options and providers.')
    .addArgument(new Argument('<shell>', 'the shell').choices(Object.keys(writers)))
    .action(
      action(async ({ output }, _options: object, shell: keyof typeof writers) => {
        const script = writers[shell](readTree(program()))
        output.result({ ok: true, shell, script }, script.trimEnd())
        return undefined
      }),
    )
  return teach(command, {
    examples: [
      ['completion bash > ~/.local/share/bash-completion/completions/sallyport', 'for bash'],
      ['completion zsh > "${fpath[1]}/_sallyport"', 'for zsh'],
      ['completion fish > ~/.config/fish/completions/sallyport.fish', 'for fish'],
    ],
  })
}
