import { RejectError } from 'sallyport'
import {
  checkPolicy,
  deployBundle,
  diffBundles,
  FleetError,
  readDeployment,
  readFolder,
  toDeploymentName,
  toToolNameInterrupts,
  type AgentBundle,
  type DeployedBundle,
  type DeployOptions,
  type Deployment,
} from '@sallyport/fleet'
import { policy } from '../fleet-deploy/policy.ts'

/** Where a bundle comes from; kept in the manifest of its release. */
export type Origin = Pick<DeployOptions, 'action' | 'publisher' | 'commit'>

/**
 * Reviews a bundle and deploys it, whether Fleet pushed it or a commit named it.
 *
 * @param published as it was pushed or pulled
 * @param print called with what changed
 * @returns `undefined` for a commit that is older than what is deployed
 */
export async function reviewAndDeploy(
  published: AgentBundle,
  root: string,
  origin: Origin,
  print: (text: string) => void,
): Promise<DeployedBundle | undefined> {
  const { commit } = origin
  // As it will run: Fleet's own form of an approval has no effect in the runtime.
  const { bundle } = await toToolNameInterrupts(published)
  // A skill has no name of its own.
  const name = toDeploymentName(bundle.config.name === undefined ? commit?.repo : undefined, bundle.config.name)
  const current = (await findDeployment(root, name))?.current
  if (isOlder(commit?.createdAt, current?.manifest?.commit?.createdAt)) return undefined

  const deployed = current && (await readFolder(current.path, {}, commit?.type))
  const diff = await diffBundles(deployed, bundle)
  print(`${name}:\n${await diff.toText()}`)
  const { ok, findings } = await checkPolicy(bundle, policy)
  if (!ok) throw new RejectError(`POLICY: ${findings.map(({ message }) => message).join('; ')}`)
  return deployBundle(published, root, { ...origin, name, interrupts: 'tool-names' })
}

async function findDeployment(root: string, name: string): Promise<Deployment | undefined> {
  try {
    return await readDeployment(root, name)
  } catch (error) {
    if (FleetError.is(error) && ['NO_RELEASE', 'DISK_ERROR'].includes(error.code)) return undefined
    throw error
  }
}

// A retry of an older commit may arrive after a newer one.
function isOlder(time: string | undefined, deployed: string | undefined): boolean {
  return time !== undefined && deployed !== undefined && Date.parse(time) < Date.parse(deployed)
}
