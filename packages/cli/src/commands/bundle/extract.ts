import { resolve } from 'node:path'
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { extractBundle } from '@sallyport/fleet'
import { toVisible } from 'sallyport/provider'
import { describeUnsynced } from '../../bundle/describe-unsynced.ts'
import { readOneBundle } from '../../bundle/read-source.ts'
import { action } from '../../context.ts'
import { addHelp } from '../../help.ts'
import { unflaggedOption } from '../../options.ts'
import { counted } from '../../text/amounts.ts'

/** `sallyport bundle extract`. */
export function createExtractCommand(): CommandUnknownOpts {
  const command = new Command('extract')
    .summary('unpack a bundle to a new folder')
    .description('Unpacks a bundle to a new folder. The folder appears complete or not at all.')
    .argument('<bundle>', 'ZIP archive, payload or folder')
    .requiredOption('--to <folder>', 'the new folder; must not exist yet')
    .addOption(unflaggedOption())
    .action(
      action(async ({ output, cwd }, file, { to, ...limits }) => {
        const bundle = await readOneBundle(file, cwd, limits)
        const { path, unsynced } = await extractBundle(bundle, resolve(cwd, to))
        const { digest, files } = bundle
        output.result(
          { ok: true, path, digest, files: files.length, unsynced },
          `${output.style('green', '✓')} ${counted(files.length, 'file')} in ${toVisible(path)}  ${digest}${describeUnsynced(unsynced)}`,
        )
        return undefined
      }),
    )
  return addHelp(command, {
    examples: [['bundle extract agent.zip --to my-agent/fleet', 'the layout fleet-deepagents-export reads']],
    exits: {
      no: 'the bundle was rejected, or the folder exists',
      unavailable: 'a bundle cannot be read, or the disk does not support what is needed',
    },
  })
}
