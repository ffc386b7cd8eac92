import { noTools, type ToolInterrupt, type ToolsConfig } from '../../bundle/agent-bundle.ts'
import { createAsksFirst } from '../bundle-parts/asks-first.ts'
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
    const was = old.get(key)?.enabled
    const base = { ...place, ...show(interrupt) }
    const on = interrupt.enabled
    if (!toolsAfter.has(interrupt.tool)) {
      const isNews = was !== on || toolsBefore.has(interrupt.tool)
      if (isNews) changes.push({ kind: 'interrupt-orphaned', severity: 'notice', ...base, on })
    } else if (was !== on) {
      if (on) changes.push({ kind: 'interrupt-on', severity: 'info', ...base })
      else {
        changes.push({ kind: 'interrupt-off', severity: was ? 'warning' : 'notice', ...base, wasOn: was === true })
        if (was) reported.add(interrupt.tool)
      }
    }
  }
  for (const [key, interrupt] of old) {
    if (current.has(key)) continue
    const [wasOn, toolRemains] = [interrupt.enabled, toolsAfter.has(interrupt.tool)]
    const severity = !wasOn ? 'info' : toolRemains ? 'warning' : 'notice'
    changes.push({ kind: 'interrupt-removed', severity, ...place, ...show(interrupt), wasOn, toolRemains })
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
  const asked = new Set(before.tools.filter((tool) => askedFirst(tool) === 'yes').map(({ name }) => name))
  return after.tools
    .filter((tool) => asked.has(tool.name) && !reported.has(tool.name) && asksFirst(tool) !== 'yes')
    .map((tool) => {
      return { kind: 'interrupt-lost', severity: 'warning', ...place, ...showTool(tool), asksFirst: asksFirst(tool) }
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
