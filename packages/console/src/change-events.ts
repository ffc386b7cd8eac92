import type { ChangeOptions, EventOperations, EventState } from 'sallyport/inbox'

/** What is done to events. */
export type Change = 'replay' | 'discard'

/** States that each change takes. */
export const changedStates = {
  replay: ['dead', 'done'],
  discard: ['dead', 'done', 'pending'],
} as const satisfies Record<Change, readonly EventState[]>

const batchSize = 200

/**
 * Changes events by their keys, each in the state it is in now; resolves to how many. An inbox takes one state at a time; asked
 * for one after the other, it would replay again what became done meanwhile.
 */
export async function changeKeys(
  operations: EventOperations,
  change: Change,
  keys: readonly string[],
  { signal, onProgress }: ChangeOptions = {},
): Promise<number> {
  const goesOn = (): boolean => signal?.aborted !== true
  let count = 0
  for (let at = 0; at < keys.length && goesOn(); at += batchSize) {
    const page = await operations.list({ keys: keys.slice(at, at + batchSize), limit: batchSize })
    for (const state of changedStates[change]) {
      const chosen = page.events.filter((event) => event.state === state).map(({ key }) => key)
      if (chosen.length > 0) count += await operations[change]({ keys: chosen, state }, { signal })
    }
    onProgress?.(count)
  }
  return count
}
