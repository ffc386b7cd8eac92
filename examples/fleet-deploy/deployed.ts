import { FleetError, readDeployment, readFolder, type AgentBundle } from '@sallyport/fleet'

/** The bundle that is deployed under a name; `undefined` before the first deployment. */
export async function readDeployed(root: string, name: string): Promise<AgentBundle | undefined> {
  try {
    const { current } = await readDeployment(root, name)
    return current && (await readFolder(current.path))
  } catch (error) {
    if (FleetError.is(error) && error.code === 'NO_RELEASE') return undefined
    throw error
  }
}
