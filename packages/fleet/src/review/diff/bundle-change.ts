import type { AsksFirst } from '../bundle-parts/asks-first.ts'
import type { MemberChange } from '../bundle-parts/changed-members.ts'
import type { TextChange } from './text-change.ts'

/** How much a reviewer should care: a `warning` widens what the agent may do unasked, or with whom it talks. */
export type ChangeSeverity = 'info' | 'notice' | 'warning'

type Change<Kind extends string, Members = unknown> = {
  readonly kind: Kind
  readonly severity: ChangeSeverity
  /** The file concerned. */
  readonly path: string
  /** Name of the subagent concerned; absent for the agent itself. */
  readonly subagent?: string
} & Readonly<Members>

interface ToolPlace {
  readonly tool: string
  /** URL of its MCP server, without what may be a key; absent for a built-in tool. */
  readonly server?: string
}

interface InterruptPlace {
  readonly tool: string
  readonly server: string
  readonly serverName: string
}

/** One thing that is different; texts are as they stand in the bundle, but for secrets, which are hidden, and bounds. */
export type BundleChange =
  | Change<'model-changed', { from?: string; to?: string }>
  | Change<'server-added', { server: string; newHost: boolean; insecure: boolean; usedBy: readonly string[] }>
  | Change<'server-removed', { server: string }>
  | Change<'tool-added', ToolPlace & { asksFirst: AsksFirst }>
  | Change<'tool-removed', ToolPlace>
  /** A tool of the same name, answered by another server. */
  | Change<'tool-server-changed', { tool: string; from?: string; to?: string; asksFirst: AsksFirst }>
  | Change<'tool-changed', ToolPlace & { members: readonly MemberChange[] }>
  | Change<'interrupt-on', InterruptPlace>
  | Change<'interrupt-off', InterruptPlace & { wasOn: boolean }>
  | Change<'interrupt-removed', InterruptPlace & { wasOn: boolean; toolRemains: boolean }>
  /** A setting for a tool that the agent does not have, or no longer. */
  | Change<'interrupt-orphaned', InterruptPlace & { on: boolean }>
  /** The tool asked before it ran, and does not although its setting stands: another server, or another setting against it. */
  | Change<'interrupt-lost', ToolPlace & { asksFirst: AsksFirst }>
  | Change<'subagent-added', { name: string; description?: string }>
  | Change<'subagent-removed', { name: string }>
  | Change<'subagent-changed', { name: string; members: readonly MemberChange[] }>
  | Change<'skill-added', { name: string; description?: string }>
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

/** What two versions are compared into, and for whom. */
export interface Versions<Part> {
  readonly before: Part | undefined
  readonly after: Part
}
