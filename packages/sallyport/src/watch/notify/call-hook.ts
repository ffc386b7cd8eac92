import type { AlertNotice } from '../alert.ts'
import type { AlertHook } from './notify.ts'

/**
 * Calls a hook, and waits for it so long at most: one that never ends would end the watch.
 *
 * @throws what the hook throws; Error where time is up
 */
export async function callHook(hook: AlertHook, notice: AlertNotice, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`did not end within ${timeoutMs} ms`)), timeoutMs)
  })
  try {
    await Promise.race([hook(notice), deadline])
  } finally {
    clearTimeout(timer)
  }
}
