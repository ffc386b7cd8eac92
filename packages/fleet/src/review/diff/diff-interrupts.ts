import { noTools, type ToolInterrupt, type ToolsConfig } from '../../bundle/agent-bundle.ts'
import { createAsksFirst } from '../bundle-parts/asks-first.ts'
import { changedMembers } from '../bundle-parts/changed-members.ts'
import { createRuntimeAsks } from '../bundle-parts/runtime-asks.ts'
import { showServer } from '../bundle-parts/show-server.ts'
import type { Slicer } from '../../zip/slicer.ts'
import type { AgentPlace, Comparing, Versions } from './bundle-change.ts'
import { showName, showTool } from './diff-tools.ts'

/** Interrupt settings of one agent, by server URL, tool and server name; and tools that no longer ask, for any reason. */
export async function diffInterrupts(
  { before = noTools, after }: Versions<ToolsConfig>,
  { path, subagent }: AgentPlace,
  comparing: Comparing,
): Promise<void> {
  const { changes } = comparing
  const reported = new Set<string>()
  const toolsBefore = new Set(before.tools.map(({ name }) => name))
  const toolsAfter = new Set(after.tools.map(({ name }) => name))
  const old = await byKey(before, comparing)
  const current = await byKey(after, comparing)
  const addedFor = new Set<string>()

  for (const [key, interrupt] of current) {
    if (comparing.isLate()) await comparing.pause()
    const was = old.get(key)
    const { enabled: on, effective, reason } = interrupt
    const base = () => ({ subagent, ...show(interrupt) })
    if (on && was === undefined) addedFor.add(interrupt.tool)
    if (!toolsAfter.has(interrupt.tool)) {
      const isNews = was?.enabled !== on || toolsBefore.has(interrupt.tool)
      if (isNews) changes.add('notice', path, () => ({ kind: 'interrupt-orphaned', ...base(), on, effective, reason }))
    } else if (was?.enabled !== on) {
      const wasOn = was?.enabled === true
      if (on) {
        const severity = effective === 'yes' ? 'info' : 'notice'
        changes.add(severity, path, () => ({ kind: 'interrupt-on', ...base(), effective, reason }))
      } else {
        changes.add(wasOn ? 'warning' : 'notice', path, () => ({ kind: 'interrupt-off', ...base(), wasOn }))
        if (wasOn) reported.add(interrupt.tool)
      }
    } else {
      const members = await changedMembers(was.value, interrupt.value, comparing)
      if (members.length > 0)
        changes.add('notice', path, () => ({ kind: 'interrupt-changed', ...base(), effective, reason, members }))
    }
  }

  const runtimeAsks = await createRuntimeAsks(after, comparing)
  for (const [key, interrupt] of old) {
    if (comparing.isLate()) await comparing.pause()
    if (current.has(key)) continue
    const [wasOn, toolRemains] = [interrupt.enabled, toolsAfter.has(interrupt.tool)]
    const now = runtimeAsks(interrupt.tool)
    const replaced = addedFor.has(interrupt.tool) && (interrupt.effective !== 'yes' || now.effective === 'yes')
    const severity = !wasOn || (toolRemains && replaced) ? 'info' : toolRemains ? 'warning' : 'notice'
    const rest = { ...now, wasOn, toolRemains, replaced }
    changes.add(severity, path, () => ({ kind: 'interrupt-removed', subagent, ...show(interrupt), ...rest }))
    if (severity === 'warning') reported.add(interrupt.tool)
  }
  await findLost({ before, after }, reported, { path, subagent }, comparing)
}

async function findLost(
  { before, after }: { before: ToolsConfig; after: ToolsConfig },
  reported: ReadonlySet<string>,
  { path, subagent }: AgentPlace,
  comparing: Comparing,
): Promise<void> {
  const [askedFirst, asksFirst] = [await createAsksFirst(before, comparing), await createAsksFirst(after, comparing)]
  const runtimeAsked = await createRuntimeAsks(before, comparing)
  const runtimeAsks = await createRuntimeAsks(after, comparing)
  const asked = new Set<string>()
  const stopped = new Set<string>()
  for (const tool of before.tools) {
    if (askedFirst(tool) === 'yes') asked.add(tool.name)
    if (runtimeAsked(tool.name).effective === 'yes') stopped.add(tool.name)
    if (comparing.isLate()) await comparing.pause()
  }
  for (const tool of after.tools) {
    if (comparing.isLate()) await comparing.pause()
    if (reported.has(tool.name)) continue
    const now = { asksFirst: asksFirst(tool), ...runtimeAsks(tool.name) }
    const lostSetting = asked.has(tool.name) && now.asksFirst !== 'yes'
    if (!lostSetting && (!stopped.has(tool.name) || now.effective === 'yes')) continue
    comparing.changes.add('warning', path, () => ({ kind: 'interrupt-lost', subagent, ...showTool(tool), ...now }))
  }
}

async function byKey({ interrupts }: ToolsConfig, slicer: Slicer): Promise<Map<string, ToolInterrupt>> {
  const map = new Map<string, ToolInterrupt>()
  for (const interrupt of interrupts) {
    const { serverUrl, tool, serverName } = interrupt
    map.set(JSON.stringify([serverUrl, tool, serverName]), interrupt)
    if (slicer.isLate()) await slicer.pause()
  }
  return map
}

function show({ tool, serverUrl, serverName }: ToolInterrupt): { tool: string; server: string; serverName: string } {
  return { tool: showName(tool), server: showServer(serverUrl), serverName: showName(serverName) }
}
