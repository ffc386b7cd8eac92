import { changeVersion, readFirstVersion, textOf, type AgentVersion } from './agent-version.ts'

/** The demo's agent in different states. */
export interface AgentVersions {
  /** As in its folder. */
  readonly first: AgentVersion
  /** With another prompt and one more tool. */
  readonly second: AgentVersion
  /** With a tool whose key is not there. */
  readonly needy: AgentVersion
  /** With its tools at a host that the policy does not know. */
  readonly elsewhere: AgentVersion
}

interface ToolsFile {
  readonly tools: readonly object[]
  readonly interrupt_config: Readonly<Record<string, boolean>>
}

const server = { mcp_server_url: 'https://tools.langchain.com', mcp_server_name: 'Fleet tools' }

export async function readVersions(): Promise<AgentVersions> {
  const first = await readFirstVersion()
  const { tools, interrupt_config } = JSON.parse(textOf(first, 'tools.json')) as ToolsFile
  const withSearch: ToolsFile = {
    tools: [...tools, { name: 'gmail_search', ...server }],
    interrupt_config: { ...interrupt_config, 'https://tools.langchain.com::gmail_search::Fleet tools': false },
  }
  const second = await changeVersion(first, {
    texts: {
      'AGENTS.md': textOf(first, 'AGENTS.md').replace('of one working day', 'of the next working day'),
      'tools.json': JSON.stringify(withSearch, undefined, 2),
    },
    needs: [{ tool_name: 'gmail_search', auth_type: 'oauth', auth_provider: 'google', scopes: ['gmail.readonly'] }],
  })
  return {
    first,
    second,
    needy: await changeVersion(second, {
      texts: {},
      needs: [{ tool_name: 'crm_lookup', auth_type: 'api_key', required_env_vars: ['CRM_API_KEY'] }],
    }),
    elsewhere: await changeVersion(second, {
      texts: { 'tools.json': textOf(second, 'tools.json').replaceAll('langchain.com', 'langchain.example') },
    }),
  }
}
