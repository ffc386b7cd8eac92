import { resolve } from 'node:path'
import { rollback } from '@sallyport/fleet'
import { Command, Option } from 'commander'
import { action } from '../../context.ts'
import { teach } from '../../teach.ts'

interface RollbackOptions {
  readonly root: string
  readonly name?: string
  readonly to?: string
}

/** `sallyport bundle rollback`. */
export function createRollbackCommand(): Command {
  const command = new Command('rollback')
    .summary('switch a deployment back to the release before')
    .description(
      'Compares the release before the current one with its manifest, file by file, and switches to it. Repeated, it goes further back.',
    )
    .addOption(new Option('--root <folder>', 'folder of all deployments').env('SALLYPORT_DEPLOY').makeOptionMandatory())
    .option('--name <name>', 'name of the deployment (default: the only one)')
    .option('--to <digest>', 'the release to go to (default: the one before)')
    .action(
      action(async ({ output, cwd }, { root, name, to }: RollbackOptions) => {
        const rolled = await rollback(resolve(cwd, root), { name, to })
        const { digest, from, path } = rolled
        output.result(
          { ok: true, ...rolled },
          `${output.style('green', '✓')} ${rolled.name}: ${digest.slice(0, 12)} is current again${from === undefined ? '' : `, before: ${from.slice(0, 12)}`}\n  ${path}`,
        )
        return undefined
      }),
    )
  return teach(command, {
    examples: [['bundle rollback --root /srv/agents --name researcher', 'to the release before']],
    exits: { no: 'there is no such release, or it is damaged', unavailable: 'the disk does not do what is needed' },
  })
}
