import type { InterruptEffect, InterruptValue } from './interrupt-effect.ts'

/** One file of a bundle. */
export interface BundleFile {
  /** Relative path, `/` between segments, safe to join to a folder on every platform. */
  readonly path: string
  readonly bytes: Uint8Array
  /** SHA-256 of the bytes, lower-case hex. In small bundles computed on first use, see `AgentBundle.digest`. */
  readonly sha256: string
}

/** `config.json`, with undocumented members. */
export interface AgentConfig {
  readonly name?: string | undefined
  readonly description?: string | null | undefined
  readonly visibility_scope?: string | null | undefined
  readonly triggers_paused?: boolean | null | undefined
  readonly [member: string]: unknown
}

/** One tool in `tools.json`, with undocumented members. */
export interface AgentTool {
  readonly name: string
  readonly mcp_server_url?: string | null | undefined
  readonly mcp_server_name?: string | null | undefined
  readonly display_name?: string | null | undefined
  readonly [member: string]: unknown
}

/** One entry of `interrupt_config`: whether a person must approve before the tool runs, and whether the runtime obeys. */
export interface ToolInterrupt extends InterruptEffect {
  /** The key as written in the file: the tool's name, or `<server URL>::<tool>::<server name>` as Fleet exports it. */
  readonly key: string
  /** Empty when the key is a name alone. */
  readonly serverUrl: string
  readonly tool: string
  /** Empty when the key is a name alone. */
  readonly serverName: string
  /** Whether it is switched on: `true`, or an object with `allowed_decisions`. */
  readonly enabled: boolean
  /** As written in the file. */
  readonly value: InterruptValue
  /** What the person may decide; `undefined` when it is not limited, or not a list of known decisions. */
  readonly decisions?: readonly string[] | undefined
}

/** `tools.json`, of the agent or of a subagent. */
export interface ToolsConfig {
  readonly tools: readonly AgentTool[]
  readonly interrupts: readonly ToolInterrupt[]
  /** The whole parsed file. */
  readonly raw: Readonly<Record<string, unknown>>
}

/** A folder with a `SKILL.md` at any depth under `skills/`, or a folder directly under `skills/` without one. */
export interface AgentSkill {
  /** Path of the folder below `skills/`, such as `search` or `research/search`: unique in a bundle. */
  readonly name: string
  /** YAML front matter of `SKILL.md`; empty when there is none. */
  readonly frontMatter: Readonly<Record<string, unknown>>
  /** `SKILL.md` without its front matter. */
  readonly body: string
  /** Every other file of the folder, without those of skills inside it. */
  readonly files: readonly BundleFile[]
}

/** One folder under `subagents/`. */
export interface Subagent {
  /** Name of the folder. */
  readonly name: string
  readonly description?: string | undefined
  readonly frontMatter: Readonly<Record<string, unknown>>
  /** `AGENTS.md` of the subagent without its front matter. */
  readonly prompt: string
  readonly tools?: ToolsConfig | undefined
}

/** Tools of an agent without `tools.json`. */
export const noTools: ToolsConfig = { tools: [], interrupts: [], raw: {} }

/** Something a person should know, but no reason to reject the bundle. */
export interface BundleWarning {
  readonly code:
    | 'UNWRAPPED_FOLDER'
    | 'IGNORED_FILE'
    | 'CONFIG_MISSING'
    | 'TOOLS_MISSING'
    | 'SKILL_WITHOUT_FILE'
    | 'SUBAGENT_WITHOUT_FILE'
    | 'INTERRUPT_WITHOUT_EFFECT'
    | 'INTERRUPT_UNCERTAIN'
    | 'FRONT_MATTER_UNQUOTED'
  readonly path: string
  /** From 1, if the warning concerns one line. */
  readonly line?: number | undefined
  readonly message: string
}

/** The files of one Fleet agent, read completely and unambiguously. */
export interface AgentBundle {
  /** `AGENTS.md`: system prompt and instructions; empty for a skill pulled by itself. */
  readonly agentsMd: string
  readonly config: AgentConfig
  readonly tools: ToolsConfig
  readonly skills: readonly AgentSkill[]
  readonly subagents: readonly Subagent[]
  /** Every file, sorted by the bytes of its path, without ignored files. */
  readonly files: readonly BundleFile[]
  /**
   * SHA-256 (hex) over path, size and content of every file: the same files give the same digest, whatever the ZIP looks
   * like. In small bundles it is computed on first use, and throws `FleetError` `BUNDLE_ALTERED` if bytes of a file have
   * changed since the bundle was read.
   */
  readonly digest: string
  readonly warnings: readonly BundleWarning[]
}
