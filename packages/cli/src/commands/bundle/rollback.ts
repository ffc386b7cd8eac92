import { resolve } from 'node:path'
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { rollback } from '@sallyport/fleet'
import { toVisible } from 'sallyport/provider'
import { describeUnsynced } from '../../bundle/describe-unsynced.ts'
import { action } from '../../context.ts'
import { addHelp } from '../../help.ts'
import { deployRootOption } from '../../options.ts'

/** `sallyport bundle rollback`. */
export function createRollbackCommand(): CommandUnknownOpts {
  const command = new Command('rollback')
    .summary('switch a deployment back to the previous release')
    .description(
      'Compares the previous release with its manifest, file by file, then switches to it. Run it again to go further back.',
    )
    .addOption(deployRootOption())
    .option('--name <name>', 'name of the deployment (default: the only one)')
    .option('--to <digest>', 'the release to switch to (default: the previous one)')
    .action(
      action(async ({ output, cwd }, { root, name, to }) => {
        const rolled = await rollback(resolve(cwd, root), { name, to })
        const { digest, from, path } = rolled
        const before = from === undefined ? '' : `, previously ${from.slice(0, 12)}`
        output.result(
          { ok: true, ...rolled },
          `${output.style('green', '✓')} ${toVisible(rolled.name)}: ${digest.slice(0, 12)} is current again${before}\n  ${toVisible(path)}${describeUnsynced(rolled.unsynced)}`,
        )
        return undefined
      }),
    )
  return addHelp(command, {
    examples: [['bundle rollback --root /srv/agents --name researcher', 'back to the previous release']],
    exits: {
      no: 'there is no such release, or it is damaged',
      unavailable: 'the disk does not support what is needed',
    },
  })
}
