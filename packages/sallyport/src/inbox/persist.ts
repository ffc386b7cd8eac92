import { InboxError } from './inbox-error.ts'

/** Something that starts once, and is retried in the background while that fails. */
export interface Persistent {
  /** Starts it, unless it is up. Rejects with the last failure until the next retry. */
  bringUp(): Promise<void>
  /** Stops retrying; resolves when a try that has begun is over. */
  stop(): Promise<void>
}

const againMs = 1_000

/**
 * @param attempt starts it
 * @param onFailure called with every failure
 */
export function persist(attempt: () => Promise<void>, onFailure: (error: unknown) => void): Persistent {
  let current: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let isStopped = false

  function bringUp(): Promise<void> {
    if (isStopped) return Promise.reject(new InboxError('INBOX_STOPPED'))
    current ??= attempt().catch((error: unknown) => {
      if (!isStopped) {
        onFailure(error)
        timer = setTimeout(tryAgain, againMs).unref()
      }
      throw error
    })
    return current
  }

  function tryAgain(): void {
    current = undefined
    bringUp().catch(() => {})
  }

  return {
    bringUp,
    async stop() {
      isStopped = true
      clearTimeout(timer)
      await current?.catch(() => {})
    },
  }
}
