import type { AgentBundle } from '@sallyport/fleet'

/** Credentials that a tool needs; fields as on the wire. */
export type ToolNeed =
  | { readonly auth_type: 'none' }
  | { readonly auth_type: 'api_key'; readonly required_env_vars: readonly string[] }
  | { readonly auth_type: 'oauth'; readonly auth_provider: string; readonly scopes: readonly string[] }

/** Needs by prefix of a tool's name; the longest matching prefix wins. */
export type ToolNeeds = Readonly<Record<string, ToolNeed>>

const google = (...scopes: string[]): ToolNeed => ({ auth_type: 'oauth', auth_provider: 'google', scopes })

/** Needs of well-known tools. Pass others in the option `toolNeeds`. */
const knownToolNeeds: ToolNeeds = {
  tavily_: { auth_type: 'api_key', required_env_vars: ['TAVILY_API_KEY'] },
  exa_: { auth_type: 'api_key', required_env_vars: ['EXA_API_KEY'] },
  google_calendar: google('calendar.readonly'),
  gmail_: google('gmail.modify'),
  gmail_send: google('gmail.send'),
  google_sheets: google('spreadsheets'),
  slack_: { auth_type: 'oauth', auth_provider: 'slack', scopes: ['chat:write'] },
  linear_: { auth_type: 'oauth', auth_provider: 'linear', scopes: ['read', 'write'] },
  github_: { auth_type: 'oauth', auth_provider: 'github', scopes: ['repo'] },
}

/** Returns the `tool_auth_requirements` of a bundle: one per tool of the agent and its subagents. */
export function toToolAuth({ tools, subagents }: AgentBundle, own: ToolNeeds): object[] {
  const needs = { ...knownToolNeeds, ...own }
  const beginnings = Object.keys(needs).toSorted((a, b) => b.length - a.length)
  const names = new Set(
    [tools, ...subagents.map((subagent) => subagent.tools)].flatMap((one) => one?.tools ?? []).map(({ name }) => name),
  )
  return [...names].map((name) => {
    const beginning = beginnings.find((known) => name.startsWith(known))
    return { tool_name: name, ...(beginning === undefined ? { auth_type: 'none' } : needs[beginning]) }
  })
}
