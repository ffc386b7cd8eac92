import { relative } from 'node:path'
import { createReceiver, createReply, type Receiver } from 'sallyport'
import { deployBundle, fleet, isDryRun, type AgentBundle, type DeployOptions, type FleetEvents } from '@sallyport/fleet'

/**
 * Deploys every published agent: `<directory>/<agent>/current` leads to its newest release. If the form has a `dry_run` box,
 * it deploys only when that is off. `fleet-deploy` is the example with a review.
 *
 * @param directory without one, agents are verified and printed, and nothing is written
 * @param print called with each handled event, without the agent's files
 */
export function createFleetReceiver(
  secret: string | undefined,
  directory: string | undefined,
  print: (event: { provider: string; type: string; id: string; data: unknown }) => void,
): Receiver<FleetEvents<readonly ['*']>> {
  return createReceiver(fleet(), { secret }).on('*', async ({ provider, id, data }) => {
    const { action, agent, bundle, input, publisher } = data
    const isWanted = directory && !isDryRun(input)
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
  const { path, changed } = await deployBundle(bundle, directory, options)
  return { deployed: true, changed, path }
}

/** The path below the directory: the publisher must not see where the directory is. */
function inside(directory: string | undefined, path: string | undefined): { path?: string } {
  return directory === undefined || path === undefined ? {} : { path: relative(directory, path) }
}
