import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { readSource } from '../../bundle/read-source.ts'
import { renderText, toRecord } from '../../bundle/render-inspection.ts'
import { action } from '../../context.ts'
import type { ExitName } from '../../exit-codes.ts'
import { addHelp } from '../../help.ts'
import { unflaggedOption } from '../../options.ts'

/** `sallyport bundle inspect`. */
export function createInspectCommand(): CommandUnknownOpts {
  const command = new Command('inspect')
    .summary('show what bundles contain, or why they are rejected')
    .description(
      'Shows the agent, digest, files, tools, interrupts, subagents, skills and warnings of each bundle, or why it is rejected.',
    )
    .argument('<bundle...>', 'ZIP archives, payloads and folders')
    .addOption(unflaggedOption())
    .action(
      action(async ({ output, cwd }, files, limits) => {
        let exit: ExitName | undefined
        // One at a time, so that hundreds of bundles take no more memory than the largest.
        for (const [index, file] of files.entries()) {
          const inspection = await readSource(file, cwd, limits)
          // What was rejected says more than what is missing.
          if (!inspection.ok && exit !== 'no') exit = inspection.exit
          output.result(toRecord(inspection), `${index > 0 ? '\n' : ''}${renderText(inspection, output)}`)
        }
        return exit
      }),
    )
  return addHelp(command, {
    examples: [
      ['bundle inspect agent.zip', 'as text'],
      ['bundle inspect --json incoming/*.json', 'one line each: digest and files, or code and message'],
    ],
    exits: { no: 'at least one bundle was rejected', unavailable: 'a bundle is missing or cannot be read' },
  })
}
