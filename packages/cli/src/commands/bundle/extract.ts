import { resolve } from 'node:path'
import { extractBundle } from '@sallyport/fleet'
import { Command } from 'commander'
import { readOneBundle } from '../../bundle/read-source.ts'
import { action } from '../../context.ts'
import { teach } from '../../teach.ts'

/** `sallyport bundle extract`. */
export function createExtractCommand(): Command {
  const command = new Command('extract')
    .summary('unpack a bundle to a new folder')
    .description('Unpacks a bundle to a folder that does not exist yet: it is complete, or not there at all.')
    .argument('<bundle>', 'ZIP archive, payload or folder')
    .requiredOption('--to <folder>', 'the new folder')
    .action(
      action(async ({ output, cwd }, { to }: { to: string }, file: string) => {
        const bundle = await readOneBundle(file, cwd)
        const path = await extractBundle(bundle, resolve(cwd, to))
        const { digest, files } = bundle
        output.result(
          { ok: true, path, digest, files: files.length },
          `${output.style('green', '✓')} ${files.length} files in ${path}  ${digest}`,
        )
        return undefined
      }),
    )
  return teach(command, {
    examples: [['bundle extract agent.zip --to my-agent/fleet', 'as fleet-deepagents-export reads it']],
    exits: { no: 'the bundle was refused, or the folder exists', unavailable: 'the disk does not do what is needed' },
  })
}
