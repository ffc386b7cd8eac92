import { hash } from 'node:crypto'
import { FleetError, toDeploymentName, type AgentBundle } from '@sallyport/fleet'

/** The folder of an agent: its name if that is usable, else a digest of the name. */
export function toFolderName({ config: { name } }: AgentBundle): string {
  try {
    return toDeploymentName(undefined, name)
  } catch (error) {
    if (!FleetError.is(error)) throw error
    return `agent-${hash('sha256', name ?? '').slice(0, 12)}`
  }
}
