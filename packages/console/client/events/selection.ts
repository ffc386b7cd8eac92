import { useEffect, useState } from 'preact/hooks'

export interface Selection {
  readonly keys: ReadonlySet<string>
  /** Every event that matches, not only single ones. */
  readonly isAll: boolean
  readonly toggle: (key: string, isOn?: boolean) => void
  readonly set: (keys: readonly string[], isOn: boolean) => void
  readonly selectAll: () => void
  readonly clear: () => void
}

const none: ReadonlySet<string> = new Set()

/** Events that are selected; other filters begin a new selection, another page does not. */
export function useSelection(filterKey: string): Selection {
  const [keys, setKeys] = useState(none)
  const [isAll, setAll] = useState(false)
  const clear = (): void => {
    setKeys(none)
    setAll(false)
  }
  useEffect(clear, [filterKey])
  const set = (changed: readonly string[], isOn: boolean): void => {
    setAll(false)
    setKeys((before) => {
      const after = new Set(before)
      for (const key of changed)
        if (isOn) after.add(key)
        else after.delete(key)
      return after
    })
  }
  return {
    keys,
    isAll,
    set,
    toggle: (key, isOn) => set([key], isOn ?? !keys.has(key)),
    selectAll: () => setAll(true),
    clear,
  }
}
