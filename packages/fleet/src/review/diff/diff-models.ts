import type { AgentBundle } from '../../bundle/agent-bundle.ts'
import { modelsOf, type NamedModel } from '../bundle-parts/models-of.ts'
import type { Comparing, Versions } from './bundle-change.ts'
import { showName } from './diff-tools.ts'

/** Models of the agent and of subagents in both versions. */
export async function diffModels({ before, after }: Versions<AgentBundle>, comparing: Comparing): Promise<void> {
  const old = byUser(before ? await modelsOf(before, comparing) : [])
  const current = byUser(await modelsOf(after, comparing))
  const kept = namesInBoth(before, after)
  for (const user of new Set([...old.keys(), ...current.keys()])) {
    if (comparing.isLate()) await comparing.pause()
    const [was, is] = [old.get(user), current.get(user)]
    const { subagent, path } = is ?? was!
    if (subagent !== undefined && !kept.has(subagent)) continue
    if (was?.model === is?.model) continue
    comparing.changes.add(before ? 'warning' : 'notice', path, () => {
      return { kind: 'model-changed', subagent, from: was && showName(was.model), to: is && showName(is.model) }
    })
  }
}

function byUser(models: readonly NamedModel[]): Map<string, NamedModel> {
  const map = new Map<string, NamedModel>()
  for (const named of models) {
    // A second model, which another runtime may read, has its own key.
    const user = named.subagent === undefined ? 'agent' : `subagents/${named.subagent}`
    map.set(map.has(user) ? `${user} beside` : user, named)
  }
  return map
}

// A subagent that was added or removed is reported as such only.
function namesInBoth(before: AgentBundle | undefined, after: AgentBundle): ReadonlySet<string> {
  const old = new Set(before?.subagents.map(({ name }) => name))
  return new Set(after.subagents.map(({ name }) => name).filter((name) => old.has(name)))
}
