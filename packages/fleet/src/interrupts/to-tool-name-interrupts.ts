import type { AgentBundle } from '../bundle/agent-bundle.ts'
import { isEnabled } from '../bundle/interrupt-effect.ts'
import { agentsOf } from '../review/bundle-parts/agents-of.ts'
import { createSlicer } from '../zip/slicer.ts'
import { replaceTools } from './replace-tools.ts'
import { rewriteInterrupts } from './rewrite-interrupts.ts'

/** An interrupt that was put under the name of its tool. */
export interface InterruptRewrite {
  /** Path of the `tools.json`. */
  readonly path: string
  /** Name of the subagent; `undefined` for the agent itself. */
  readonly subagent?: string | undefined
  /** The name, which is the new key. */
  readonly tool: string
  /** The keys it replaces. */
  readonly keys: readonly string[]
  /** Whether a person is asked now. */
  readonly asks: boolean
  /** Whether the replaced entries disagreed, as for two servers with a tool of this name. Then it asks if any of them did. */
  readonly disagreed: boolean
}

/** A bundle whose interrupts the runtime obeys, and what was changed for it. */
export interface ToolNameBundle {
  /** The bundle itself when there was nothing to change. */
  readonly bundle: AgentBundle
  readonly rewrites: readonly InterruptRewrite[]
}

/**
 * Writes every interrupt under the bare name of its tool, the only form that the runtime obeys, in the agent and its subagents.
 * No other character of a file changes. The runtime does not tell servers apart: if any entry for a name asks, the name asks,
 * with the decisions that all of them allow. An entry that is `null` is left out.
 *
 * `deployBundle` does the same with `interrupts: 'tool-names'`. Use this one to review the bundle as it will run.
 *
 * @throws FleetError `TOOLS_INVALID` for a value nested too deeply to be written
 * @example
 * const { bundle: written, rewrites } = await toToolNameInterrupts(bundle)
 * const report = await checkPolicy(written, { keepInterrupts: ['*send*'], effectiveInterrupts: true })
 */
export async function toToolNameInterrupts(bundle: AgentBundle): Promise<ToolNameBundle> {
  const slicer = createSlicer()
  const rewrites: InterruptRewrite[] = []
  const texts = new Map<string, string>()
  const files = new Map(bundle.files.map((file) => [file.path, file]))
  for (const { subagent, toolsPath: path, tools } of agentsOf(bundle)) {
    if (slicer.isLate()) await slicer.pause()
    const file = files.get(path)
    const rewritten = file && (await rewriteInterrupts(file, tools, slicer))
    if (rewritten === undefined) continue
    texts.set(path, rewritten.text)
    for (const { tool, keys, value, disagreed } of rewritten.merged)
      rewrites.push({ path, subagent, tool, keys, asks: value !== undefined && isEnabled(value), disagreed })
  }
  return texts.size === 0 ? { bundle, rewrites } : { bundle: await replaceTools(bundle, texts), rewrites }
}
