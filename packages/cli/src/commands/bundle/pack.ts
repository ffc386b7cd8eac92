import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { writeBundle } from '@sallyport/fleet'
import { Command } from 'commander'
import { readOneBundle } from '../../bundle/read-source.ts'
import { CliError } from '../../cli-error.ts'
import { action } from '../../context.ts'
import { teach } from '../../teach.ts'

interface PackOptions {
  readonly out: string
  readonly force?: true
}

/** `sallyport bundle pack`. */
export function createPackCommand(): Command {
  const command = new Command('pack')
    .summary('write a reproducible archive')
    .description(
      'Writes a bundle as a ZIP archive. The same files give the same bytes, whatever their times, modes and order.',
    )
    .argument('<bundle>', 'folder, payload or archive')
    .requiredOption('--out <file>', 'the archive to write')
    .option('--force', 'replace a file that is there')
    .action(
      action(async ({ output, cwd }, { out, force }: PackOptions, file: string) => {
        const bundle = await readOneBundle(file, cwd)
        const archive = await writeBundle(bundle)
        await writeFile(resolve(cwd, out), archive, { flag: force ? 'w' : 'wx' }).catch(
          (error: NodeJS.ErrnoException) => {
            if (error.code !== 'EEXIST') throw error
            throw new CliError('no', 'FILE_EXISTS', `${out} is there already`, { fix: 'Say --force to replace it.' })
          },
        )
        output.result(
          { ok: true, file: out, bytes: archive.length, digest: bundle.digest },
          `${output.style('green', '✓')} ${out}  ${archive.length.toLocaleString('en')} bytes  ${bundle.digest}`,
        )
        return undefined
      }),
    )
  return teach(command, {
    examples: [['bundle pack agents/researcher --out researcher.zip', 'a folder as an archive']],
    exits: { no: 'the bundle was refused, or the file exists', unavailable: 'the file cannot be written' },
  })
}
