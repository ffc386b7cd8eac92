import { Command } from 'commander'
import { inspectAll } from '../../bundle/inspect-all.ts'
import { action } from '../../context.ts'
import { teach } from '../../teach.ts'

/** `sallyport bundle inspect`. */
export function createInspectCommand(): Command {
  const command = new Command('inspect')
    .summary('show what bundles hold, or why they are refused')
    .description(
      'Shows agent, digest, files, tools, interrupts, subagents, skills and warnings of every bundle, or why it is refused.',
    )
    .argument('<bundle...>', 'ZIP archives, payloads and folders')
    .action(
      action(async ({ output, cwd }, _options: object, files: string[]) => {
        const write = (text: string): void => void process.stdout.write(text)
        return (await inspectAll(files, { isJson: output.isJson, base: cwd, write })) ? undefined : 'no'
      }),
    )
  return teach(command, {
    examples: [
      ['bundle inspect agent.zip', 'for a person'],
      ['bundle inspect --json incoming/*.json', 'a line for each: digest and files, or code and message'],
    ],
    exits: { no: 'at least one was refused' },
  })
}
