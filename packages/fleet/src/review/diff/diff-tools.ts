import type { AgentTool, ToolsConfig } from '../../bundle/agent-bundle.ts'
import { createAsksFirst } from '../bundle-parts/asks-first.ts'
import { changedMembers } from '../bundle-parts/changed-members.ts'
import { createRuntimeAsks } from '../bundle-parts/runtime-asks.ts'
import { showServer } from '../bundle-parts/show-server.ts'
import { clipMasked } from '../secrets/mask-secrets.ts'
import type { Slicer } from '../../zip/slicer.ts'
import type { AgentPlace, Comparing, Versions } from './bundle-change.ts'

/** Tools of one agent, by name and server. */
export async function diffTools(
  { before, after }: Versions<ToolsConfig>,
  { path, subagent }: AgentPlace,
  comparing: Comparing,
): Promise<void> {
  const { changes } = comparing
  const asksFirst = await createAsksFirst(after, comparing)
  const runtimeAsks = await createRuntimeAsks(after, comparing)
  const asking = (tool: AgentTool) => ({ asksFirst: asksFirst(tool), ...runtimeAsks(tool.name) })
  const old = await group(before?.tools ?? [], identify, comparing)
  const added: AgentTool[] = []
  for (const tool of after.tools) {
    const same = old.get(identify(tool))?.shift()
    if (!same) added.push(tool)
    else {
      const members = await changedMembers(same, tool, comparing)
      if (members.length > 0)
        changes.add('info', path, () => ({ kind: 'tool-changed', subagent, ...showTool(tool), members }))
    }
    if (comparing.isLate()) await comparing.pause()
  }

  const removed = await group([...old.values()].flat(), ({ name }) => name, comparing)
  for (const tool of added) {
    const moved = removed.get(tool.name)?.shift()
    if (moved) {
      changes.add('warning', path, () => {
        const [from, to] = [serverOf(moved), serverOf(tool)]
        return { kind: 'tool-server-changed', subagent, tool: showName(tool.name), from, to, ...asking(tool) }
      })
    } else {
      changes.add('notice', path, () => ({ kind: 'tool-added', subagent, ...showTool(tool), ...asking(tool) }))
    }
    if (comparing.isLate()) await comparing.pause()
  }
  for (const tool of [...removed.values()].flat()) {
    changes.add('info', path, () => ({ kind: 'tool-removed', subagent, ...showTool(tool) }))
    if (comparing.isLate()) await comparing.pause()
  }
}

async function group(
  tools: readonly AgentTool[],
  keyOf: (tool: AgentTool) => string,
  slicer: Slicer,
): Promise<Map<string, AgentTool[]>> {
  const groups = new Map<string, AgentTool[]>()
  for (const tool of tools) {
    const key = keyOf(tool)
    const same = groups.get(key)
    if (same) same.push(tool)
    else groups.set(key, [tool])
    if (slicer.isLate()) await slicer.pause()
  }
  return groups
}

function identify({ name, mcp_server_url }: AgentTool): string {
  return JSON.stringify([name, mcp_server_url ?? ''])
}

export function showTool(tool: AgentTool): { tool: string; server: string | undefined } {
  return { tool: showName(tool.name), server: serverOf(tool) }
}

const longestName = 300

/** A name, bounded and without secrets. */
export function showName(name: string): string {
  return clipMasked(name, longestName)
}

function serverOf({ mcp_server_url: url }: AgentTool): string | undefined {
  return url ? showServer(url) : undefined
}
