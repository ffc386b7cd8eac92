import { Command, Option, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { diffBundles } from '@sallyport/fleet'
import { inForm, readOneBundle } from '../../bundle/read-source.ts'
import { action } from '../../context.ts'
import { addHelp } from '../../help.ts'
import { interruptsOption, wholeNumber, unflaggedOption } from '../../options.ts'
import { hang } from '../../text/wrap.ts'

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
        if (options.markdown) output.result({ ok: true, ...diff }, await toMarkdown(), 'program')
        else output.result({ ok: true, ...diff }, wrapDiff(await toText(), output.columns))
        return diff.isEmpty ? undefined : 'no'
      }),
    )
  return addHelp(command, {
    examples: [
      ['bundle diff deployed/current agent.zip', 'compare a folder with an archive'],
      ['bundle diff old.zip new.zip --markdown', 'for a pull request'],
    ],
    exits: { no: 'the bundles differ, or one was rejected', unavailable: 'a bundle cannot be read' },
  })
}

// Where a change is named, and where its changed lines begin with their sign.
const textAt = 9

/** Further lines begin behind the sign of a changed line, so that none looks like another changed line. */
function wrapDiff(text: string, columns: number): string {
  const lines = text.split('\n').map((line) => hang(line.slice(0, textAt), line.slice(textAt), columns, textAt + 2))
  return lines.join('\n')
}
