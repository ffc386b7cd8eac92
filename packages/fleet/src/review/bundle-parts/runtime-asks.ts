import type { ToolsConfig } from '../../bundle/agent-bundle.ts'
import { toEffect, type InterruptEffect } from '../../bundle/interrupt-effect.ts'

/**
 * Makes a function that says what happens at run time when an agent calls a tool of this name. Only the entry whose key is the
 * name counts; subagents do not inherit the entries of the agent.
 */
export function createRuntimeAsks({ interrupts }: ToolsConfig): (tool: string) => InterruptEffect {
  const byKey = new Map(interrupts.map((interrupt) => [interrupt.key, interrupt]))
  const named = new Set(interrupts.filter(({ enabled }) => enabled).map(({ tool }) => tool))
  return (tool) => {
    const { effective, reason } = byKey.get(tool) ?? toEffect(named.has(tool) ? 'server-in-key' : 'no-setting')
    return { effective, reason }
  }
}
