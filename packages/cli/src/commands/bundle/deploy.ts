import { resolve } from 'node:path'
import { Command, Option, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { checkPolicy, definePolicy, deployBundle } from '@sallyport/fleet'
import { toVisible } from 'sallyport/provider'
import { describeUnsynced } from '../../bundle/describe-unsynced.ts'
import { inForm, readOneBundle } from '../../bundle/read-source.ts'
import { CliError } from '../../cli-error.ts'
import { action } from '../../context.ts'
import { addHelp } from '../../help.ts'
import { counted } from '../../text/amounts.ts'
import { deployRootOption, interruptsOption, wholeNumber, unflaggedOption } from '../../options.ts'

/** `sallyport bundle deploy`. */
export function createDeployCommand(): CommandUnknownOpts {
  const command = new Command('deploy')
    .summary('write a bundle to disk and switch to it in one step')
    .description(
      'Writes <root>/<name>/releases/<digest> and switches <root>/<name>/current to it in one step. If the configuration has a policy, the bundle must pass it.',
    )
    .argument('<bundle>', 'ZIP archive, payload or folder')
    .addOption(deployRootOption())
    .option('--name <name>', "folder of the deployment (default: made from the agent's name)")
    .option('--agent <name>', 'the name under which a renamed agent was deployed (default: its name)')
    .addOption(new Option('--keep <number>', 'releases to keep (default: 5)').argParser(wholeNumber(1, 1e6)))
    .addOption(interruptsOption())
    .addOption(unflaggedOption())
    .action(
      action(async ({ output, cwd, loadConfig }, file, { root, name, agent, keep, interrupts, ...limits }) => {
        const { policy } = (await loadConfig()).config
        const bundle = await readOneBundle(file, cwd, limits)
        const report = policy && (await checkPolicy(await inForm(bundle, interrupts), definePolicy(policy)))
        if (report?.ok === false) {
          throw new CliError('no', 'POLICY_BROKEN', `${file} violates the policy:\n${report.toText()}`, {
            fix: 'Run `sallyport bundle check` for the full report.',
          })
        }
        const deployed = await deployBundle(bundle, resolve(cwd, root), { name, agent, keep, interrupts })
        const { digest, path, changed, previous } = deployed
        const disagreed = (deployed.rewrites ?? []).filter((rewrite) => rewrite.disagreed)
        const rewritten =
          disagreed.length === 0
            ? ''
            : `\n  ${counted(disagreed.length, 'tool asks', 'tools ask')} first, because at least one entry asks`
        const before = previous === undefined ? '' : `, previously ${previous.slice(0, 12)}`
        output.result(
          { ok: true, ...deployed },
          `${output.style('green', '✓')} ${toVisible(deployed.name)}: ${digest.slice(0, 12)} ${changed ? 'deployed' : 'was already current'}${before}\n  ${toVisible(path)}${rewritten}${describeUnsynced(deployed.unsynced)}`,
        )
        return undefined
      }),
    )
  return addHelp(command, {
    examples: [
      [
        'bundle deploy agent.zip --root /srv/agents --name researcher',
        'deploying the same digest again changes nothing',
      ],
      ['bundle deploy agent.zip --interrupts tool-names', 'write approvals in the form that the runtime obeys'],
    ],
    exits: {
      no: 'the bundle was rejected or violates the policy, or the folder belongs to another agent',
      unavailable:
        'the bundle cannot be read, the disk does not support what is needed, or another deployment is running',
    },
  })
}
