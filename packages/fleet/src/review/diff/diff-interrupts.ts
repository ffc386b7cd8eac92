import { noTools, type ToolInterrupt, type ToolsConfig } from '../../bundle/agent-bundle.ts'
import { createAsksFirst } from '../bundle-parts/asks-first.ts'
import { changedMembers } from '../bundle-parts/changed-members.ts'
import { createRuntimeAsks } from '../bundle-parts/runtime-asks.ts'
import { showServer } from '../bundle-parts/show-server.ts'
import type { AgentPlace, BundleChange, Versions } from './bundle-change.ts'
import { showTool } from './diff-tools.ts'

/** Interrupt settings of one agent, by server URL, tool and server name; and tools that no longer ask, for any reason. */
export function diffInterrupts({ before = noTools, after }: Versions<ToolsConfig>, place: AgentPlace): BundleChange[] {
  const changes: BundleChange[] = []
  const reported = new Set<string>()
  const toolsBefore = new Set(before.tools.map(({ name }) => name))
  const toolsAfter = new Set(after.tools.map(({ name }) => name))
  const old = byKey(before)
  const current = byKey(after)

  for (const [key, interrupt] of current) {
    const was = old.get(key)
    const base = { ...place, ...show(interrupt) }
    const { enabled: on, effective, reason } = interrupt
    if (!toolsAfter.has(interrupt.tool)) {
      const isNews = was?.enabled !== on || toolsBefore.has(interrupt.tool)
      if (isNews) changes.push({ kind: 'interrupt-orphaned', severity: 'notice', ...base, on, effective, reason })
    } else if (was?.enabled !== on) {
      const wasOn = was?.enabled === true
      if (on) {
        const severity = effective === 'yes' ? 'info' : 'notice'
        changes.push({ kind: 'interrupt-on', severity, ...base, effective, reason })
      } else {
        changes.push({ kind: 'interrupt-off', severity: wasOn ? 'warning' : 'notice', ...base, wasOn })
        if (wasOn) reported.add(interrupt.tool)
      }
    } else {
      const members = changedMembers(was.value, interrupt.value)
      if (members.length > 0)
        changes.push({ kind: 'interrupt-changed', severity: 'notice', ...base, effective, reason, members })
    }
  }

  const runtimeAsks = createRuntimeAsks(after)
  const added = [...current].filter(([key, { enabled }]) => enabled && !old.has(key))
  const addedFor = new Set(added.map(([, { tool }]) => tool))
  for (const [key, interrupt] of old) {
    if (current.has(key)) continue
    const [wasOn, toolRemains] = [interrupt.enabled, toolsAfter.has(interrupt.tool)]
    const now = runtimeAsks(interrupt.tool)
    const replaced = addedFor.has(interrupt.tool) && (interrupt.effective !== 'yes' || now.effective === 'yes')
    const severity = !wasOn || (toolRemains && replaced) ? 'info' : toolRemains ? 'warning' : 'notice'
    const base = { ...place, ...show(interrupt), ...now }
    changes.push({ kind: 'interrupt-removed', severity, ...base, wasOn, toolRemains, replaced })
    if (severity === 'warning') reported.add(interrupt.tool)
  }
  return [...changes, ...findLost({ before, after }, reported, place)]
}

function findLost(
  { before, after }: { before: ToolsConfig; after: ToolsConfig },
  reported: ReadonlySet<string>,
  place: AgentPlace,
): BundleChange[] {
  const [askedFirst, asksFirst] = [createAsksFirst(before), createAsksFirst(after)]
  const [runtimeAsked, runtimeAsks] = [createRuntimeAsks(before), createRuntimeAsks(after)]
  const asked = new Set(before.tools.filter((tool) => askedFirst(tool) === 'yes').map(({ name }) => name))
  const stopped = new Set(
    before.tools.filter(({ name }) => runtimeAsked(name).effective === 'yes').map(({ name }) => name),
  )
  return after.tools
    .filter((tool) => {
      if (reported.has(tool.name)) return false
      const lostSetting = asked.has(tool.name) && asksFirst(tool) !== 'yes'
      return lostSetting || (stopped.has(tool.name) && runtimeAsks(tool.name).effective !== 'yes')
    })
    .map((tool) => {
      const now = { asksFirst: asksFirst(tool), ...runtimeAsks(tool.name) }
      return { kind: 'interrupt-lost', severity: 'warning', ...place, ...showTool(tool), ...now }
    })
}

function byKey({ interrupts }: ToolsConfig): Map<string, ToolInterrupt> {
  return new Map(
    interrupts.map((interrupt) => [
      JSON.stringify([interrupt.serverUrl, interrupt.tool, interrupt.serverName]),
      interrupt,
    ]),
  )
}

function show({ tool, serverUrl, serverName }: ToolInterrupt): { tool: string; server: string; serverName: string } {
  return { tool, server: showServer(serverUrl), serverName }
}
