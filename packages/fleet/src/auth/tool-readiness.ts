import { clipVisible } from 'sallyport/provider'
import type { InterruptEffect } from '../bundle/interrupt-effect.ts'

/** Whether a tool can work: the first of these that applies, worst first. */
export type ToolAuthStatus =
  | 'forbidden-variable'
  | 'unknown-auth-type'
  | 'missing-variables'
  | 'missing-provider'
  | 'missing-scopes'
  | 'ready'

/** One tool. Several requirements of the same tool are combined; all must be met. */
export interface ToolReadiness {
  readonly tool: string
  /** As on the wire. */
  readonly authTypes: readonly string[]
  readonly status: ToolAuthStatus
  /** Names without a value. */
  readonly missingVariables: readonly string[]
  /** Names that would control a process, are not plain identifiers or not allowed; never looked up. */
  readonly forbiddenVariables: readonly string[]
  /** As on the wire; their needs are unknown. */
  readonly unknownAuthTypes: readonly string[]
  readonly missingProviders: readonly string[]
  readonly missingScopes: readonly { readonly provider: string; readonly scopes: readonly string[] }[]
  /** Where the tool is set to ask a person first but the runtime does not, or may not; empty without a bundle. */
  readonly approvals: readonly ToolApproval[]
}

/** An approval of a tool that has no effect, or an uncertain one. It does not make the tool less ready. */
export interface ToolApproval extends InterruptEffect {
  /** `agent`, or `subagents/<name>`. */
  readonly usedBy: string
}

const mostTools = 5
const mostNames = 5
const longestName = 80

/** One line about all tools. */
export function summarize(tools: readonly ToolReadiness[]): string {
  const unasked = tools.filter(({ approvals }) => approvals.length > 0).map(({ tool }) => tool)
  const approvals = unasked.length === 0 ? '' : `; set to ask first, but without effect: ${listNames(unasked)}`
  return summarizeCredentials(tools) + approvals
}

function summarizeCredentials(tools: readonly ToolReadiness[]): string {
  const notReady = tools.filter(({ status }) => status !== 'ready')
  if (tools.length === 0) return 'No tool states what it needs'
  if (notReady.length === 0) return tools.length === 1 ? 'The tool is ready' : `All ${tools.length} tools are ready`
  const shown = notReady.slice(0, mostTools).map((tool) => `${showName(tool.tool)}: ${describeState(tool)}`)
  const rest = notReady.length - shown.length
  const verb = notReady.length === 1 ? 'is' : 'are'
  return `${notReady.length} of ${tools.length} tools ${verb} not ready: ${shown.join('; ')}${rest > 0 ? `; and ${rest} more` : ''}`
}

/** One aligned line per tool. */
export function toTable(tools: readonly ToolReadiness[]): string {
  const rows = tools.map((tool) => [
    tool.status === 'ready' ? 'ready' : 'NOT READY',
    showName(tool.tool),
    tool.authTypes.map(showName).join('+'),
    [tool.status === 'ready' ? '' : describeState(tool), describeApprovals(tool)].filter(Boolean).join('; '),
  ])
  const widths = [0, 1, 2].map((column) => rows.reduce((widest, row) => Math.max(widest, row[column]!.length), 0))
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** All reasons why a tool is not ready. */
function describeState(tool: ToolReadiness): string {
  const parts: string[] = []
  if (tool.forbiddenVariables.length > 0) parts.push(`may not ask for ${listNames(tool.forbiddenVariables)}`)
  if (tool.unknownAuthTypes.length > 0) parts.push(`unknown auth type ${listNames(tool.unknownAuthTypes)}`)
  if (tool.missingVariables.length > 0) parts.push(`missing ${listNames(tool.missingVariables)}`)
  if (tool.missingProviders.length > 0) parts.push(`not connected to ${listNames(tool.missingProviders)}`)
  for (const { provider, scopes } of tool.missingScopes) {
    parts.push(`${showName(provider)} lacks the ${scopes.length === 1 ? 'scope' : 'scopes'} ${listNames(scopes)}`)
  }
  return parts.join(', ')
}

function describeApprovals({ approvals }: ToolReadiness): string {
  return approvals
    .slice(0, mostNames)
    .map(({ usedBy, effective, reason }) => {
      const what = effective === 'no' ? 'RUNS WITHOUT ASKING' : 'may run without asking'
      return `${what} (${showName(usedBy)}): ${reason.message}`
    })
    .join('; ')
}

function listNames(names: readonly string[]): string {
  const rest = names.length - mostNames
  return `${names.slice(0, mostNames).map(showName).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}

/** A name for one line: visible, bounded, trimmed. */
export function showName(name: string): string {
  return clipVisible(name, longestName).trim() || '""'
}
