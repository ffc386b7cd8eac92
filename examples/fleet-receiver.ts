import { relative } from 'node:path'
import { createReceiver, createReply, type Receiver } from 'sallyport'
import { deployBundle, fleet, type AgentBundle, type DeployOptions, type FleetEvents } from '@sallyport/fleet'
import { toFolderName } from './agent-folder.ts'

/**
 * Deploys whatever is published, by any webhook: `<directory>/<agent>/current` leads to its newest release. A webhook whose
 * form has a `dry_run` box deploys only when that is off. `fleet-deploy` is the example that looks before it deploys.
 *
 * @param directory without one, an agent is verified and told of, and goes nowhere
 * @param print given each handled event, without the agent's files
 */
export function createFleetReceiver(
  secret: string | undefined,
  directory: string | undefined,
  print: (event: { provider: string; type: string; id: string; data: unknown }) => void,
): Receiver<FleetEvents<readonly ['*']>> {
  return createReceiver(fleet(), { secret }).on('*', async ({ provider, id, data }) => {
    const { action, agent, bundle, input, publisher } = data
    const isWanted = directory && input['dry_run'] !== true
    const outcome: Outcome = isWanted ? await deploy(bundle, directory, { action, publisher }) : { deployed: false }
    const { digest, files } = bundle
    print({
      provider,
      type: action,
      id,
      data: { action, agent: agent.name, publisher, digest, files: files.length, ...outcome },
    })
    return createReply({ body: { digest, ...outcome, ...inside(directory, outcome.path) } })
  })
}

interface Outcome {
  readonly deployed: boolean
  /** Whether another release was current before. */
  readonly changed?: boolean
  readonly path?: string
}

async function deploy(bundle: AgentBundle, directory: string, options: DeployOptions): Promise<Outcome> {
  const { path, changed } = await deployBundle(bundle, directory, { ...options, name: toFolderName(bundle) })
  return { deployed: true, changed, path }
}

/** The place for the publisher: where the folder itself is, is none of theirs. */
function inside(directory: string | undefined, path: string | undefined): { path?: string } {
  return directory === undefined || path === undefined ? {} : { path: relative(directory, path) }
}
