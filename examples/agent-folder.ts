import { hash } from 'node:crypto'
import { FleetError, toDeploymentName, type AgentBundle } from '@sallyport/fleet'

/** The folder of an agent: by its name where that makes one, else by a digest of it, as for a name in another script. */
export function toFolderName({ config: { name } }: AgentBundle): string {
  try {
    return toDeploymentName(undefined, name)
  } catch (error) {
    if (!FleetError.is(error)) throw error
    return `agent-${hash('sha256', name ?? '').slice(0, 12)}`
  }
}
