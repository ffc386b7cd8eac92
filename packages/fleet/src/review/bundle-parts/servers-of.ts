import type { AgentBundle } from '../../bundle/agent-bundle.ts'
import type { Slicer } from '../../zip/slicer.ts'
import { agentsOf } from './agents-of.ts'
import { ownValue } from './json-value.ts'

/** An MCP server that the agent connects to. */
export interface NamedServer {
  /** As written in the file. */
  readonly url: string
  /** The first file that names it. */
  readonly path: string
  /** `agent`, or `subagents/<name>`. */
  readonly usedBy: readonly string[]
}

/** The servers of all tools, and the server of built-in tools in a full export (`tools_url`), each URL once. */
export async function serversOf(bundle: AgentBundle, slicer: Slicer): Promise<NamedServer[]> {
  const servers = new Map<string, { path: string; usedBy: Set<string> }>()
  const use = (url: unknown, path: string, user: string): void => {
    if (typeof url !== 'string' || url === '') return
    const server = servers.get(url) ?? { path, usedBy: new Set() }
    server.usedBy.add(user)
    servers.set(url, server)
  }
  for (const { subagent, toolsPath, tools } of agentsOf(bundle)) {
    const user = subagent === undefined ? 'agent' : `subagents/${subagent}`
    for (const tool of tools.tools) {
      use(tool.mcp_server_url, toolsPath, user)
      if (slicer.isLate()) await slicer.pause()
    }
  }
  use(ownValue(bundle.config, 'config', 'configurable', 'tools_url'), 'config.json', 'agent')
  use(ownValue(bundle.config, 'configurable', 'tools_url'), 'config.json', 'agent')
  const named: NamedServer[] = []
  for (const [url, { path, usedBy }] of servers) {
    named.push({ url, path, usedBy: [...usedBy] })
    if (slicer.isLate()) await slicer.pause()
  }
  return named
}
