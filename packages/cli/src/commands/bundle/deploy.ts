import { resolve } from 'node:path'
import { checkPolicy, definePolicy, deployBundle } from '@sallyport/fleet'
import { Command, Option } from 'commander'
import { readOneBundle } from '../../bundle/read-source.ts'
import { CliError } from '../../cli-error.ts'
import { action, type Context } from '../../context.ts'
import { wholeNumber } from '../../options.ts'
import { teach } from '../../teach.ts'

interface DeployOptions {
  readonly root: string
  readonly name?: string
  readonly keep?: number
}

/** `sallyport bundle deploy`. */
export function createDeployCommand(): Command {
  const command = new Command('deploy')
    .summary('put a bundle on disk, and switch to it in one step')
    .description(
      'Writes <root>/<name>/releases/<digest> and switches <root>/<name>/current to it in one step. Where the configuration holds a policy, the bundle must keep to it.',
    )
    .argument('<bundle>', 'ZIP archive, payload or folder')
    .addOption(new Option('--root <folder>', 'folder of all deployments').env('SALLYPORT_DEPLOY').makeOptionMandatory())
    .option('--name <name>', "name of the deployment (default: the agent's)")
    .addOption(new Option('--keep <number>', 'releases that stay (default: 5)').argParser(wholeNumber(1, 1e6)))
    .action(action(deploy))
  return teach(command, {
    examples: [
      ['bundle deploy agent.zip --root /srv/agents --name researcher', 'the same digest again changes nothing'],
    ],
    exits: {
      no: 'the bundle was refused, or breaks the policy',
      unavailable: 'the disk does not do what is needed, or another deployment is at work',
    },
  })
}

async function deploy({ output, cwd, config }: Context, options: DeployOptions, file: string): Promise<undefined> {
  const bundle = await readOneBundle(file, cwd)
  if (config.policy !== undefined) {
    const report = checkPolicy(bundle, definePolicy(config.policy))
    if (!report.ok) {
      throw new CliError('no', 'POLICY_BROKEN', `${file} breaks the policy:\n${report.toText()}`, {
        fix: '`sallyport bundle check` shows all of it.',
      })
    }
  }
  const { name, keep } = options
  const deployed = await deployBundle(bundle, resolve(cwd, options.root), { name, keep })
  const { digest, path, changed, previous } = deployed
  const before = previous === undefined ? '' : `, before: ${previous.slice(0, 12)}`
  output.result(
    { ok: true, ...deployed },
    `${output.style('green', '✓')} ${deployed.name}: ${digest.slice(0, 12)} ${changed ? 'deployed' : 'was there already'}${before}\n  ${path}`,
  )
  return undefined
}
