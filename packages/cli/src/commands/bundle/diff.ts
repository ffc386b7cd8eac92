import { diffBundles } from '@sallyport/fleet'
import { Command, Option } from 'commander'
import { readOneBundle } from '../../bundle/read-source.ts'
import { action } from '../../context.ts'
import { wholeNumber } from '../../options.ts'
import { teach } from '../../teach.ts'

interface DiffOptions {
  readonly markdown?: true
  readonly context?: number
}

/** `sallyport bundle diff`. */
export function createDiffCommand(): Command {
  const command = new Command('diff')
    .summary('say what changed between two bundles')
    .description(
      'Says what changed in words a reviewer needs, warnings first: approvals switched off, new servers, tools, prompts line by line.',
    )
    .argument('<before>', 'ZIP archive, payload or folder')
    .argument('<after>', 'ZIP archive, payload or folder')
    .option('--markdown', 'write Markdown, for a review')
    .addOption(
      new Option('--context <lines>', 'unchanged lines around changed ones (default: 3)').argParser(
        wholeNumber(0, 1000),
      ),
    )
    .action(
      action(async ({ output, cwd }, options: DiffOptions, before: string, after: string) => {
        const [from, to] = [await readOneBundle(before, cwd), await readOneBundle(after, cwd)]
        const context = options.context === undefined ? {} : { contextLines: options.context }
        const { toText, toMarkdown, ...diff } = diffBundles(from, to, context)
        output.result({ ok: true, ...diff }, options.markdown ? toMarkdown() : toText())
        return diff.isEmpty ? undefined : 'no'
      }),
    )
  return teach(command, {
    examples: [
      ['bundle diff deployed/current agent.zip', 'a folder against an archive'],
      ['bundle diff old.zip new.zip --markdown', 'for a pull request'],
    ],
    exits: { no: 'they differ, or one was refused' },
  })
}
