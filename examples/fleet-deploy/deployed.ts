import { FleetError, readDeployment, readFolder, type AgentBundle, type Deployment } from '@sallyport/fleet'

/** The bundle that is deployed under a name; `undefined` before the first deployment. */
export async function readDeployed(root: string, name: string): Promise<AgentBundle | undefined> {
  const current = (await find(root, name))?.current
  return current && (await readFolder(current.path))
}

/** The digest that a roll back would switch to; `undefined` if there is none. */
export async function readPrevious(root: string, name: string): Promise<string | undefined> {
  return (await find(root, name))?.previous
}

async function find(root: string, name: string): Promise<Deployment | undefined> {
  try {
    return await readDeployment(root, name)
  } catch (error) {
    if (FleetError.is(error) && error.code === 'NO_RELEASE') return undefined
    throw error
  }
}
