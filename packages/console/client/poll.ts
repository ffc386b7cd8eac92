import { signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'

/** Whether the page is hidden; nothing polls then. */
export const isHidden = signal(document.hidden)
/** Whether the last poll had no answer. */
export const isLost = signal(false)

document.addEventListener('visibilitychange', () => {
  isHidden.value = document.hidden
})

/**
 * Calls `run`, which answers how many milliseconds to wait before the next call; 0 is the last one. Stops while the page is hidden
 * and starts again at once when it is seen. Another `key` starts it over.
 */
export function usePoll(run: (signal: AbortSignal) => Promise<number>, key: string): void {
  const latest = useRef(run)
  latest.current = run
  const hidden = isHidden.value
  const wasStarted = useRef('')
  const wasEnded = useRef('')
  useEffect(() => {
    if (wasEnded.current === key || (hidden && wasStarted.current === key)) return
    wasStarted.current = key
    const abort = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const turn = async (): Promise<void> => {
      const waitMs = await latest.current(abort.signal)
      if (abort.signal.aborted) return
      if (waitMs === 0) wasEnded.current = key
      else if (!document.hidden) timer = setTimeout(() => void turn(), waitMs)
    }
    void turn()
    return () => {
      abort.abort()
      clearTimeout(timer)
    }
  }, [key, hidden])
}
