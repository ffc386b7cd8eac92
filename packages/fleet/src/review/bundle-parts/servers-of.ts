import type { AgentBundle } from '../../bundle/agent-bundle.ts'
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
export function serversOf(bundle: AgentBundle): NamedServer[] {
  const servers = new Map<string, { path: string; usedBy: Set<string> }>()
  const use = (url: unknown, path: string, user: string): void => {
    if (typeof url !== 'string' || url === '') return
    const server = servers.get(url) ?? { path, usedBy: new Set() }
    server.usedBy.add(user)
    servers.set(url, server)
  }
  for (const { subagent, toolsPath, tools } of agentsOf(bundle)) {
    const user = subagent === undefined ? 'agent' : `subagents/${subagent}`
    for (const tool of tools.tools) use(tool.mcp_server_url, toolsPath, user)
  }
  use(ownValue(bundle.config, 'config', 'configurable', 'tools_url'), 'config.json', 'agent')
  use(ownValue(bundle.config, 'configurable', 'tools_url'), 'config.json', 'agent')
  return [...servers].map(([url, { path, usedBy }]) => ({ url, path, usedBy: [...usedBy] }))
}
