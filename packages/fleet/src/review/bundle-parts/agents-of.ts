import { noTools, type AgentBundle, type ToolsConfig } from '../../bundle/agent-bundle.ts'

/** The agent itself, or one of its subagents. */
export interface AgentPart {
  /** Name of the subagent; `undefined` for the agent itself. */
  readonly subagent?: string | undefined
  /** Path of its tools.json. */
  readonly toolsPath: string
  readonly tools: ToolsConfig
}

/** The agent, then its subagents in order. */
export function agentsOf(bundle: Pick<AgentBundle, 'tools' | 'subagents'>): AgentPart[] {
  return [
    { toolsPath: 'tools.json', tools: bundle.tools },
    ...bundle.subagents.map(({ name, tools = noTools }) => {
      return { subagent: name, toolsPath: `subagents/${name}/tools.json`, tools }
    }),
  ]
}
