import type { ToolInterrupt } from '../bundle/agent-bundle.ts'
import type { InterruptValue } from '../bundle/interrupt-effect.ts'

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
export function mergeInterrupts(interrupts: readonly ToolInterrupt[]): MergedInterrupt[] {
  return [...Map.groupBy(interrupts, ({ tool }) => tool)].map(([tool, entries]) => {
    const [first] = entries
    const isNew = entries.length > 1 || first!.key !== tool || first!.value === null
    const asking = entries.filter(({ enabled }) => enabled)
    const values = new Set(entries.map(({ value }) => JSON.stringify(value)))
    return {
      tool,
      keys: entries.map(({ key }) => key),
      value: merge(entries, asking),
      disagreed: values.size > 1,
      isNew,
    }
  })
}

function merge(entries: readonly ToolInterrupt[], asking: readonly ToolInterrupt[]): MergedInterrupt['value'] {
  if (asking.length === 0) return entries.find(({ value }) => value !== null)?.value ?? undefined
  const limited = asking.filter(({ value }) => value !== true)
  const different = new Map(limited.map(({ value }) => [JSON.stringify(value), value]))
  if (different.size === 0) return true
  if (different.size === 1) return limited[0]!.value ?? undefined
  const lists = limited.map(({ decisions }) => decisions ?? [])
  const common = lists[0]!.filter((decision) => lists.every((list) => list.includes(decision)))
  // A person can then only refuse: no decision is allowed by all.
  return { allowed_decisions: common.length > 0 ? common : ['reject'] }
}
