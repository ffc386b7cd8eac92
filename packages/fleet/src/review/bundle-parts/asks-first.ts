import type { AgentTool, ToolsConfig } from '../../bundle/agent-bundle.ts'

/**
 * Whether a tool is set to wait for a person's approval. `contradicted`: entries for tools of this name disagree. What the
 * runtime makes of it is another question, see `createRuntimeAsks`.
 */
export type AsksFirst = 'yes' | 'no' | 'not set' | 'contradicted'

/** Whether entries of one kind switch on, off, or both. */
interface Switches {
  on: boolean
  off: boolean
}

/**
 * Makes a function that says whether a tool of an agent is set to ask first. An entry applies to a tool of the same name and
 * server, and of the same server name if both have one. An entry whose key is a name alone applies to every tool of that name.
 */
export function createAsksFirst({ interrupts }: ToolsConfig): (tool: AgentTool) => AsksFirst {
  const switches = new Map<string, Switches>()
  const note = (enabled: boolean, ...place: readonly string[]): void => {
    const key = JSON.stringify(place)
    const { on, off } = switches.get(key) ?? { on: false, off: false }
    switches.set(key, { on: on || enabled, off: off || !enabled })
  }
  for (const { tool, serverUrl, serverName, enabled } of interrupts) {
    const url = normalize(serverUrl)
    note(enabled, tool)
    if (url === '') note(enabled, tool, '', anyServer)
    note(enabled, tool, url)
    note(enabled, tool, url, serverName)
  }

  const read = (...place: readonly string[]): Switches =>
    switches.get(JSON.stringify(place)) ?? { on: false, off: false }
  return ({ name, mcp_server_url, mcp_server_name }) => {
    const url = normalize(mcp_server_url ?? '')
    const serverName = mcp_server_name ?? ''
    const own = serverName === '' ? [read(name, url)] : [read(name, url, serverName), read(name, url, '')]
    own.push(read(name, '', anyServer))
    if (own.every(({ on, off }) => !on && !off)) return 'not set'
    if (own.every(({ on }) => !on)) return 'no'
    return read(name).off ? 'contradicted' : 'yes'
  }
}

// Stands for every server, as entries without a server apply to all.
const anyServer = '\u0000any'

// As the runtime compares servers.
function normalize(url: string): string {
  let end = url.length
  while (url[end - 1] === '/') end--
  return url.slice(0, end).toLowerCase()
}
