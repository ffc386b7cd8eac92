import { Command } from 'commander'
import { teach } from '../teach.ts'
import { createCheckCommand } from './bundle/check.ts'
import { createDeployCommand } from './bundle/deploy.ts'
import { createDiffCommand } from './bundle/diff.ts'
import { createExtractCommand } from './bundle/extract.ts'
import { createInspectCommand } from './bundle/inspect.ts'
import { createPackCommand } from './bundle/pack.ts'
import { createRollbackCommand } from './bundle/rollback.ts'

/** `sallyport bundle`: Fleet agents as archives, folders or payloads. */
export function createBundleCommand(): Command {
  const command = new Command('bundle')
    .summary('inspect, compare, check, pack and deploy Fleet agents')
    .description(
      'Works on LangSmith Fleet agents. A bundle is a ZIP archive, a folder, or the JSON payload of a Fleet webhook; which of them, its content tells. Whatever two careful readers could read differently is refused whole.',
    )
    .addCommand(createInspectCommand())
    .addCommand(createDiffCommand())
    .addCommand(createCheckCommand())
    .addCommand(createPackCommand())
    .addCommand(createExtractCommand())
    .addCommand(createDeployCommand())
    .addCommand(createRollbackCommand())
  return teach(command, {
    examples: [
      ['bundle inspect agent.zip', 'what is in it'],
      ['bundle diff old.zip new.zip', 'what changed, warnings first'],
      ['bundle deploy agent.zip --root /srv/agents --name researcher', 'put it on disk'],
    ],
    exits: {
      no: 'a bundle was refused, or a check found an error',
      unavailable: 'the disk does not do what is needed',
    },
  })
}
