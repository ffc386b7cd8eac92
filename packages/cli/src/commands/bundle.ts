import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { addHelp } from '../help.ts'
import { createCheckCommand } from './bundle/check.ts'
import { createDeployCommand } from './bundle/deploy.ts'
import { createDiffCommand } from './bundle/diff.ts'
import { createExtractCommand } from './bundle/extract.ts'
import { createInspectCommand } from './bundle/inspect.ts'
import { createPackCommand } from './bundle/pack.ts'
import { createRollbackCommand } from './bundle/rollback.ts'

/** `sallyport bundle`: Fleet agents as archives, folders or payloads. */
export function createBundleCommand(): CommandUnknownOpts {
  const command = new Command('bundle')
    .summary('inspect, compare, check, pack and deploy Fleet agents')
    .description(
      'Works with LangSmith Fleet agents. A bundle is a ZIP archive, a folder, or the JSON payload of a Fleet webhook; the command recognises which by its content. A bundle that two readers could read differently is rejected whole.',
    )
    .addCommand(createInspectCommand())
    .addCommand(createDiffCommand())
    .addCommand(createCheckCommand())
    .addCommand(createPackCommand())
    .addCommand(createExtractCommand())
    .addCommand(createDeployCommand())
    .addCommand(createRollbackCommand())
  return addHelp(command, {
    examples: [
      ['bundle inspect agent.zip', 'show what is in it'],
      ['bundle diff old.zip new.zip', 'show what changed, warnings first'],
      ['bundle deploy agent.zip --root /srv/agents --name researcher', 'put it on disk'],
    ],
    exits: {
      no: 'a bundle was rejected, or a check found an error',
      unavailable: 'a bundle cannot be read, or the disk does not support what is needed',
    },
  })
}
