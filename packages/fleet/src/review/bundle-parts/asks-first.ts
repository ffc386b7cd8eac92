import type { AgentTool, ToolsConfig } from '../../bundle/agent-bundle.ts'

/**
 * Whether a person must approve before a tool runs. `contradicted`: entries for tools of this name disagree, and the runtime,
 * which goes by the bare name, takes the last.
 */
export type AsksFirst = 'yes' | 'no' | 'not set' | 'contradicted'

/** What all entries of one kind say. */
interface Settings {
  on: boolean
  off: boolean
}

/**
 * Tells of each tool of an agent whether it asks first. An entry is meant for a tool of the same name and server, and of the same
 * server name where both have one.
 */
export function createAsksFirst({ interrupts }: ToolsConfig): (tool: AgentTool) => AsksFirst {
  const settings = new Map<string, Settings>()
  const note = (enabled: boolean, ...place: readonly string[]): void => {
    const key = JSON.stringify(place)
    const { on, off } = settings.get(key) ?? { on: false, off: false }
    settings.set(key, { on: on || enabled, off: off || !enabled })
  }
  for (const { tool, serverUrl, serverName, enabled } of interrupts) {
    const url = normalize(serverUrl)
    note(enabled, tool)
    note(enabled, tool, url)
    note(enabled, tool, url, serverName)
  }

  const read = (...place: readonly string[]): Settings =>
    settings.get(JSON.stringify(place)) ?? { on: false, off: false }
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
