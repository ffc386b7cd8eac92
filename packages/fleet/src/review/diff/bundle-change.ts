import type { InterruptEffect } from '../../bundle/interrupt-effect.ts'
import type { AsksFirst } from '../bundle-parts/asks-first.ts'
import type { MemberChange } from '../bundle-parts/changed-members.ts'
import type { Slicer } from '../../zip/slicer.ts'
import type { Changes } from './collect-changes.ts'
import type { TextChange } from './text-change.ts'

/** How important a change is. A `warning` lets the agent do more without asking, or talk to new servers. */
export type ChangeSeverity = 'info' | 'notice' | 'warning'

type Change<Kind extends string, Members = unknown> = {
  readonly kind: Kind
  readonly severity: ChangeSeverity
  /** The changed file. */
  readonly path: string
  /** Name of the subagent; `undefined` for the agent itself. */
  readonly subagent?: string | undefined
} & Readonly<Members>

interface ToolPlace {
  readonly tool: string
  /** URL of its MCP server, without possible keys; `undefined` for a built-in tool. */
  readonly server?: string | undefined
}

/** How a tool is set to ask, and what the runtime does when it is called. */
interface Asking extends InterruptEffect {
  readonly asksFirst: AsksFirst
}

interface InterruptPlace {
  readonly tool: string
  /** Empty when the key is the tool's name alone. */
  readonly server: string
  readonly serverName: string
}

/** One difference. Texts are those of the bundle, but bounded, and with secrets hidden. */
export type BundleChange =
  | Change<'model-changed', { from?: string | undefined; to?: string | undefined }>
  | Change<'server-added', { server: string; newHost: boolean; insecure: boolean; usedBy: readonly string[] }>
  | Change<'server-removed', { server: string }>
  | Change<'tool-added', ToolPlace & Asking>
  | Change<'tool-removed', ToolPlace>
  /** A tool of the same name on another server. */
  | Change<'tool-server-changed', Asking & { tool: string; from?: string | undefined; to?: string | undefined }>
  | Change<'tool-changed', ToolPlace & { members: readonly MemberChange[] }>
  | Change<'interrupt-on', InterruptPlace & InterruptEffect>
  | Change<'interrupt-off', InterruptPlace & { wasOn: boolean }>
  /** It was and is on, with another value: what the person may decide, or how the request is described. */
  | Change<'interrupt-changed', InterruptPlace & InterruptEffect & { members: readonly MemberChange[] }>
  /** `replaced`: a new entry asks for the same tool, with no less effect. The effect is that of the tool now. */
  | Change<
      'interrupt-removed',
      InterruptPlace & InterruptEffect & { wasOn: boolean; toolRemains: boolean; replaced: boolean }
    >
  /** A setting for a tool that is not in `tools.json`, or no longer. */
  | Change<'interrupt-orphaned', InterruptPlace & InterruptEffect & { on: boolean }>
  /**
   * The tool asked before it ran, or was set to, and no longer does, although none of its settings was switched off: its
   * server, the form of a key or another setting changed.
   */
  | Change<'interrupt-lost', ToolPlace & Asking>
  | Change<'subagent-added', { name: string; description?: string | undefined }>
  | Change<'subagent-removed', { name: string }>
  | Change<'subagent-changed', { name: string; members: readonly MemberChange[] }>
  | Change<'skill-added', { name: string; description?: string | undefined }>
  | Change<'skill-removed', { name: string }>
  | Change<'skill-changed', { name: string; members: readonly MemberChange[]; body: boolean; files: readonly string[] }>
  | Change<'prompt-added', { text: TextChange }>
  | Change<'prompt-changed', { text: TextChange }>
  | Change<'prompt-removed'>
  | Change<'setting-changed', MemberChange>
  | Change<'file-added', { text: TextChange; bytes: number }>
  | Change<'file-changed', { text: TextChange; bytes: number }>
  | Change<'file-removed', { bytes: number }>
  | Change<'file-moved', { from: string }>

/** The result of a comparison, as plain data. */
export interface DiffData {
  /** Whether both hold the same files. */
  readonly isEmpty: boolean
  /** Whether there was nothing before. */
  readonly isFirst: boolean
  /** Digest of the version before; `undefined` when there was nothing. */
  readonly from?: string | undefined
  /** Digest of the version after. */
  readonly to: string
  /** Number of changes of each severity, including omitted ones. */
  readonly counts: Readonly<Record<ChangeSeverity, number>>
  /** Warnings first; at most 5,000. */
  readonly changes: readonly BundleChange[]
  readonly omittedChanges: number
}

/** Where a change of one agent is: its file, and its subagent. */
export interface AgentPlace {
  readonly path: string
  readonly subagent?: string | undefined
}

/** What the parts of a comparison share: each adds its changes, and pauses when its slice of time is over. */
export interface Comparing extends Slicer {
  readonly changes: Changes
}

/** Two versions to compare. */
export interface Versions<Part> {
  readonly before: Part | undefined
  readonly after: Part
}
