import type { AgentList } from '../api.ts'
import { isFleetError } from './agent-error.ts'
import type { AgentPlace } from './agents.ts'
import { toReleaseText } from './release-text.ts'

type ListedAgent = AgentList['agents'][number]

/** Every deployment below the root. Reads manifests, and no file of a release. */
export async function listAgents({ fleet, root }: AgentPlace): Promise<AgentList> {
  const agents: ListedAgent[] = []
  for (const name of await fleet.listDeployments(root).catch(noneYet)) {
    try {
      const { current, releases } = await fleet.readDeployment(root, name)
      const manifest = current?.manifest
      agents.push({
        name,
        current: current?.digest,
        ...toReleaseText(manifest),
        releases: releases.length,
        problem: current && manifest ? undefined : toProblem(current !== undefined),
      })
    } catch (error) {
      if (!isFleetError(error)) throw error
      agents.push({ name, releases: 0, problem: error.title })
    }
  }
  return { agents }
}

/** The first deployment creates the root. */
function noneYet(error: unknown): string[] {
  const { cause } = error as { readonly cause?: { readonly code?: string } }
  if (cause?.code === 'ENOENT') return []
  throw error
}

function toProblem(hasCurrent: boolean): string {
  return hasCurrent ? 'The manifest of the current release is missing or damaged' : 'No release is current'
}
