import { resolve } from 'node:path'
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { writeBundle } from '@sallyport/fleet'
import { toVisible } from 'sallyport/provider'
import { readOneBundle } from '../../bundle/read-source.ts'
import { CliError } from '../../cli-error.ts'
import { action } from '../../context.ts'
import { addHelp } from '../../help.ts'
import { unflaggedOption } from '../../options.ts'
import { counted } from '../../text/amounts.ts'
import { writeWhole } from '../../write-whole.ts'

/** `sallyport bundle pack`. */
export function createPackCommand(): CommandUnknownOpts {
  const command = new Command('pack')
    .summary('write a reproducible archive')
    .description(
      'Writes a bundle as a ZIP archive. The same files give the same bytes, whatever their times, modes and order.',
    )
    .argument('<bundle>', 'folder, payload or archive')
    .requiredOption('--out <file>', 'the archive to write')
    .option('--force', 'replace an existing file')
    .addOption(unflaggedOption())
    .action(
      action(async ({ output, cwd }, file, { out, force, ...limits }) => {
        const bundle = await readOneBundle(file, cwd, limits)
        const archive = await writeBundle(bundle)
        await writeWhole(resolve(cwd, out), archive, { replace: force ?? false }).catch(
          (error: NodeJS.ErrnoException) => {
            if (error.code !== 'EEXIST') throw error
            throw new CliError('no', 'FILE_EXISTS', `--out: ${out} already exists`, {
              fix: 'Add --force to replace it.',
            })
          },
        )
        output.result(
          { ok: true, file: out, bytes: archive.length, digest: bundle.digest },
          `${output.style('green', '✓')} ${toVisible(out)}  ${counted(archive.length, 'byte')}  ${bundle.digest}`,
        )
        return undefined
      }),
    )
  return addHelp(command, {
    examples: [['bundle pack agents/researcher --out researcher.zip', 'pack a folder']],
    exits: {
      no: 'the bundle was rejected, or the file exists',
      unavailable: 'the bundle cannot be read, or the file cannot be written',
    },
  })
}
