import type { AgentTool, ToolsConfig } from '../../bundle/agent-bundle.ts'

/**
 * Whether a person must approve before a tool runs. `contradicted`: entries for tools of this name disagree, and the runtime
 * looks at the name only and takes the last.
 */
export type AsksFirst = 'yes' | 'no' | 'not set' | 'contradicted'

/** Whether entries of one kind switch on, off, or both. */
interface Switches {
  on: boolean
  off: boolean
}

/**
 * Makes a function that says whether a tool of an agent asks first. An entry applies to a tool of the same name and server, and
 * of the same server name if both have one.
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
    note(enabled, tool, url)
    note(enabled, tool, url, serverName)
  }

  const read = (...place: readonly string[]): Switches =>
    switches.get(JSON.stringify(place)) ?? { on: false, off: false }
  return ({ name, mcp_server_url, mcp_server_name }) => {
    const url = normalize(mcp_server_url ?? '')
    const serverName = mcp_server_name ?? ''
    const own = serverName === '' ? [read(name, url)] : [read(name, url, serverName), read(name, url, '')]
    if (own.every(({ on, off }) => !on && !off)) return 'not set'
    if (own.every(({ on }) => !on)) return 'no'
    return read(name).off ? 'contradicted' : 'yes'
  }
}

// As the runtime compares servers.
function normalize(url: string): string {
  let end = url.length
  while (url[end - 1] === '/') end--
  return url.slice(0, end).toLowerCase()
}
