import { Command, Option, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { diffBundles } from '@sallyport/fleet'
import { inForm, readOneBundle } from '../../bundle/read-source.ts'
import { action } from '../../context.ts'
import { addHelp } from '../../help.ts'
import { interruptsOption, wholeNumber, unflaggedOption } from '../../options.ts'

/** `sallyport bundle diff`. */
export function createDiffCommand(): CommandUnknownOpts {
  const command = new Command('diff')
    .summary('show what changed between two bundles')
    .description(
      'Shows what changed, for a reviewer, warnings first: approvals switched off, new servers, tools, and prompts line by line.',
    )
    .argument('<before>', 'ZIP archive, payload or folder')
    .argument('<after>', 'ZIP archive, payload or folder')
    .option('--markdown', 'write Markdown, for a review')
    .addOption(
      new Option('--context <lines>', 'unchanged lines around each change (default: 3)').argParser(
        wholeNumber(0, 1000),
      ),
    )
    .addOption(interruptsOption())
    .addOption(unflaggedOption())
    .action(
      action(async ({ output, cwd }, before, after, options) => {
        const read = async (file: string) => inForm(await readOneBundle(file, cwd, options), options.interrupts)
        const [from, to] = [await read(before), await read(after)]
        const { toText, toMarkdown, ...diff } = await diffBundles(from, to, { contextLines: options.context })
        output.result({ ok: true, ...diff }, await (options.markdown ? toMarkdown() : toText()))
        return diff.isEmpty ? undefined : 'no'
      }),
    )
  return addHelp(command, {
    examples: [
      ['bundle diff deployed/current agent.zip', 'compare a folder with an archive'],
      ['bundle diff old.zip new.zip --markdown', 'for a pull request'],
    ],
    exits: { no: 'the bundles differ, or one was rejected' },
  })
}
