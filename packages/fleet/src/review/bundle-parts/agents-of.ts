import type { AgentBundle, ToolsConfig } from '../../bundle/agent-bundle.ts'

/** The agent itself, or one of its subagents. */
export interface AgentPart {
  /** Name of the subagent; absent for the agent itself. */
  readonly subagent?: string
  /** Where its tools stand. */
  readonly toolsPath: string
  readonly tools: ToolsConfig
}

const noTools: ToolsConfig = { tools: [], interrupts: [], raw: {} }

/** The agent, then its subagents in their order. */
export function agentsOf(bundle: AgentBundle): AgentPart[] {
  return [
    { toolsPath: 'tools.json', tools: bundle.tools },
    ...bundle.subagents.map(({ name, tools = noTools }) => {
      return { subagent: name, toolsPath: `subagents/${name}/tools.json`, tools }
    }),
  ]
}
