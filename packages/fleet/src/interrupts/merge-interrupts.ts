import type { ToolInterrupt } from '../bundle/agent-bundle.ts'
import type { InterruptValue } from '../bundle/interrupt-effect.ts'
import type { Slicer } from '../zip/slicer.ts'

/** One name of a tool, and the entries that were written under it. */
export interface MergedInterrupt {
  readonly tool: string
  /** Keys of the original entries. */
  readonly keys: readonly string[]
  /** `undefined` when no entry had a value; then nothing is written. */
  readonly value: Exclude<InterruptValue, null> | undefined
  /** Whether entries of several servers, or of several forms, disagreed. */
  readonly disagreed: boolean
  /** Whether the file has to change. */
  readonly isNew: boolean
}

/**
 * Puts entries under the names of their tools. The runtime does not tell servers apart, so if any entry for a name asks, the
 * name asks, with the decisions that all of those allow.
 */
export async function mergeInterrupts(
  interrupts: readonly ToolInterrupt[],
  slicer: Slicer,
): Promise<MergedInterrupt[]> {
  const groups = new Map<string, { entry: ToolInterrupt; json: string }[]>()
  for (const entry of interrupts) {
    const group = groups.get(entry.tool) ?? []
    group.push({ entry, json: JSON.stringify(entry.value) })
    groups.set(entry.tool, group)
    if (slicer.isLate()) await slicer.pause()
  }
  const merged: MergedInterrupt[] = []
  for (const [tool, group] of groups) {
    const entries = group.map(({ entry }) => entry)
    const [first] = entries
    merged.push({
      tool,
      keys: entries.map(({ key }) => key),
      value: await merge(group, slicer),
      disagreed: new Set(group.map(({ json }) => json)).size > 1,
      isNew: entries.length > 1 || first!.key !== tool || first!.value === null,
    })
    if (slicer.isLate()) await slicer.pause()
  }
  return merged
}

async function merge(
  group: readonly { readonly entry: ToolInterrupt; readonly json: string }[],
  slicer: Slicer,
): Promise<MergedInterrupt['value']> {
  const asking = group.filter(({ entry }) => entry.enabled)
  if (asking.length === 0) return group.find(({ entry }) => entry.value !== null)?.entry.value ?? undefined
  const limited = asking.filter(({ entry }) => entry.value !== true)
  if (limited.length === 0) return true
  if (new Set(limited.map(({ json }) => json)).size === 1) return limited[0]!.entry.value ?? undefined
  let common = [...new Set(limited[0]!.entry.decisions ?? [])]
  for (const { entry } of limited) {
    const allowed = new Set(entry.decisions ?? [])
    common = common.filter((decision) => allowed.has(decision))
    if (slicer.isLate()) await slicer.pause()
  }
  // A person can then only refuse: no decision is allowed by all.
  return { allowed_decisions: common.length > 0 ? common : ['reject'] }
}
