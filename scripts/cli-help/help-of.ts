import { createProgram } from '../../packages/cli/src/program.ts'

/** The help of a command as printed without a terminal. */
export async function helpOf(words: readonly string[]): Promise<string> {
  let command = await createProgram()
  for (const word of words) {
    const child = command.commands.find((candidate) => candidate.name() === word)
    if (child === undefined) throw new Error(`there is no command "${words.join(' ')}"`)
    command = child
  }
  let help = ''
  command.configureOutput({
    writeOut: (text) => {
      help += text
    },
    getOutHelpWidth: () => 80,
    getOutHasColors: () => false,
  })
  command.outputHelp()
  return help
}
