import type { AgentTool, ToolsConfig } from '../../bundle/agent-bundle.ts'
import type { Slicer } from '../../zip/slicer.ts'

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

/** The entries for tools of one name. */
interface OfTool {
  readonly all: Switches
  /** Those without a server, which apply to every tool of the name. */
  readonly anywhere: Switches
  /** By server URL, then by server name; under `undefined` whatever the name. */
  readonly byServer: Map<string, Map<string | undefined, Switches>>
}

const none: Switches = { on: false, off: false }

/**
 * Makes a function that says whether a tool of an agent is set to ask first. An entry applies to a tool of the same name and
 * server, and of the same server name if both have one. An entry whose key is a name alone applies to every tool of that name.
 */
export async function createAsksFirst(
  { interrupts }: ToolsConfig,
  slicer: Slicer,
): Promise<(tool: AgentTool) => AsksFirst> {
  const tools = new Map<string, OfTool>()
  for (const { tool, serverUrl, serverName, enabled } of interrupts) {
    const ofTool = getOrAdd<string, OfTool>(tools, tool, () => {
      return { all: { ...none }, anywhere: { ...none }, byServer: new Map() }
    })
    const url = normalize(serverUrl)
    const names = getOrAdd(ofTool.byServer, url, () => new Map<string | undefined, Switches>())
    note(ofTool.all, enabled)
    if (url === '') note(ofTool.anywhere, enabled)
    for (const name of [undefined, serverName]) {
      note(
        getOrAdd(names, name, () => ({ ...none })),
        enabled,
      )
    }
    if (slicer.isLate()) await slicer.pause()
  }

  return ({ name, mcp_server_url, mcp_server_name }) => {
    const ofTool = tools.get(name)
    if (ofTool === undefined) return 'not set'
    const names = ofTool.byServer.get(normalize(mcp_server_url ?? ''))
    const serverName = mcp_server_name ?? ''
    const own = (serverName === '' ? [undefined] : [serverName, '']).map((one) => names?.get(one) ?? none)
    own.push(ofTool.anywhere)
    if (own.every(({ on, off }) => !on && !off)) return 'not set'
    if (own.every(({ on }) => !on)) return 'no'
    return ofTool.all.off ? 'contradicted' : 'yes'
  }
}

function note(switches: Switches, enabled: boolean): void {
  if (enabled) switches.on = true
  else switches.off = true
}

function getOrAdd<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const value = map.get(key) ?? make()
  map.set(key, value)
  return value
}

// As the runtime compares servers.
function normalize(url: string): string {
  let end = url.length
  while (url[end - 1] === '/') end--
  return url.slice(0, end).toLowerCase()
}
