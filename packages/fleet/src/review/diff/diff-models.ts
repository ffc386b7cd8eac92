import type { AgentBundle } from '../../bundle/agent-bundle.ts'
import { modelsOf, type NamedModel } from '../bundle-parts/models-of.ts'
import type { BundleChange, Versions } from './bundle-change.ts'

/** Models of the agent and of subagents in both versions. */
export function diffModels({ before, after }: Versions<AgentBundle>): BundleChange[] {
  const old = byUser(before ? modelsOf(before) : [])
  const current = byUser(modelsOf(after))
  const kept = namesInBoth(before, after)
  const changes: BundleChange[] = []
  for (const user of new Set([...old.keys(), ...current.keys()])) {
    const [was, is] = [old.get(user), current.get(user)]
    const named = is ?? was!
    if (named.subagent !== undefined && !kept.has(named.subagent)) continue
    const [from, to] = [was?.model, is?.model]
    if (from === to) continue
    changes.push({
      kind: 'model-changed',
      severity: before ? 'warning' : 'notice',
      path: named.path,
      subagent: named.subagent,
      from,
      to,
    })
  }
  return changes
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
