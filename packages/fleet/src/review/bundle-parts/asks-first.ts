import type { AgentTool, ToolInterrupt, ToolsConfig } from '../../bundle/agent-bundle.ts'

/**
 * Whether a person must approve before a tool runs. `contradicted`: entries for tools of this name disagree, and the runtime,
 * which goes by the bare name, takes the last.
 */
export type AsksFirst = 'yes' | 'no' | 'not set' | 'contradicted'

/** What the interrupt settings of an agent say about one of its tools. */
export function asksFirst({ interrupts }: ToolsConfig, tool: AgentTool): AsksFirst {
  const ofName = interrupts.filter((interrupt) => interrupt.tool === tool.name)
  const own = ofName.filter((interrupt) => isFor(interrupt, tool))
  if (own.length === 0) return 'not set'
  if (own.every(({ enabled }) => !enabled)) return 'no'
  return ofName.every(({ enabled }) => enabled) ? 'yes' : 'contradicted'
}

/** Whether an interrupt setting is meant for a tool: same name, server, and server name where both have one. */
export function isFor(interrupt: ToolInterrupt, tool: AgentTool): boolean {
  const serverName = tool.mcp_server_name ?? ''
  return (
    interrupt.tool === tool.name &&
    normalize(interrupt.serverUrl) === normalize(tool.mcp_server_url ?? '') &&
    (serverName === '' || interrupt.serverName === '' || interrupt.serverName === serverName)
  )
}

// As the runtime compares servers.
function normalize(url: string): string {
  let end = url.length
  while (url[end - 1] === '/') end--
  return url.slice(0, end).toLowerCase()
}
