import { useEffect, useRef } from 'preact/hooks'

/** Calls the action of a key, unless somebody types, a dialog is open, or the key belongs to the browser. */
export function useKeys(keys: Readonly<Record<string, (event: KeyboardEvent) => void>>): void {
  const latest = useRef(keys)
  latest.current = keys
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target)) return
      const action = latest.current[event.key]
      if (action === undefined || document.querySelector('dialog[open]') !== null) return
      action(event)
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [])
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  const isBox = target instanceof HTMLInputElement && ['checkbox', 'radio'].includes(target.type)
  return !isBox && target.matches('input, textarea, select, [contenteditable]')
}
