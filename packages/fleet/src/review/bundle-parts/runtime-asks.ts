import type { ToolInterrupt, ToolsConfig } from '../../bundle/agent-bundle.ts'
import { toEffect, type InterruptEffect } from '../../bundle/interrupt-effect.ts'
import type { Slicer } from '../../zip/slicer.ts'

/**
 * Makes a function that says what happens at run time when an agent calls a tool of this name. Only the entry whose key is the
 * name counts; subagents do not inherit the entries of the agent.
 */
export async function createRuntimeAsks(
  { interrupts }: ToolsConfig,
  slicer: Slicer,
): Promise<(tool: string) => InterruptEffect> {
  const byKey = new Map<string, ToolInterrupt>()
  const named = new Set<string>()
  for (const interrupt of interrupts) {
    byKey.set(interrupt.key, interrupt)
    if (interrupt.enabled) named.add(interrupt.tool)
    if (slicer.isLate()) await slicer.pause()
  }
  return (tool) => {
    const { effective, reason } = byKey.get(tool) ?? toEffect(named.has(tool) ? 'server-in-key' : 'no-setting')
    return { effective, reason }
  }
}
