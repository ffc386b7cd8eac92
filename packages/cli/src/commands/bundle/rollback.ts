import { readdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { rollback } from '@sallyport/fleet'
import { toVisible } from 'sallyport/provider'
import { describeUnsynced } from '../../bundle/describe-unsynced.ts'
import { confirm, dryRunOption, yesOption } from '../../confirm.ts'
import { action } from '../../context.ts'
import { addHelp } from '../../help.ts'
import { deployRootOption } from '../../options.ts'
import { unreadable } from '../../read-named-file.ts'

/** `sallyport bundle rollback`. */
export function createRollbackCommand(): CommandUnknownOpts {
  const command = new Command('rollback')
    .summary('switch a deployment back to the previous release')
    .description(
      'Compares the previous release with its manifest, file by file, then switches to it. Run it again to go further back. Asks first.',
    )
    .addOption(deployRootOption())
    .option('--name <name>', 'name of the deployment (default: the only one)')
    .option('--to <digest>', 'the release to switch to (default: the previous one)')
    .addOption(dryRunOption())
    .addOption(yesOption())
    .action(
      action(async (context, { root, name, to: wanted, dryRun, yes }) => {
        const { output, cwd } = context
        const folder = resolve(cwd, root)
        await readdir(folder).catch((cause: unknown) => {
          throw unreadable(`--root: ${root}`, cause, 'ROOT_UNREADABLE')
        })
        let to = wanted
        if (dryRun || !yes) {
          const found = await rollback(folder, { name, to, dryRun: true })
          const plan = `${toVisible(found.name)} to ${found.digest.slice(0, 12)}${found.from === undefined ? '' : `, now ${found.from.slice(0, 12)}`}`
          if (dryRun) {
            output.result({ ok: true, dryRun, ...found }, `would switch ${plan}\n  ${toVisible(found.path)}`)
            return undefined
          }
          if (found.changed && !(await confirm(context, `Switch ${plan}`, { yes }))) return 'no'
          // What was agreed to, even if another process deployed meanwhile.
          to = found.digest
        }
        const rolled = await rollback(folder, { name, to })
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
    examples: [
      ['bundle rollback --root /srv/agents --name researcher', 'back to the previous release'],
      ['bundle rollback --root /srv/agents --dry-run', 'which release that is'],
    ],
    exits: {
      no: 'there is no such release, it is damaged, or the answer was no',
      unavailable: 'the folder cannot be read, or the disk does not support what is needed',
    },
  })
}
