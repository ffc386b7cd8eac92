import { InboxError } from './inbox-error.ts'

/** Something that is brought up once, and tried again in the background as long as that fails. */
export interface Persistent {
  /** Tries, unless it is up, or failed a moment ago: then it rejects as it did. */
  bringUp(): Promise<void>
  /** Tries no more; resolves when a try that has begun is over. */
  stop(): Promise<void>
}

const againMs = 1_000

/**
 * @param attempt brings it up
 * @param onFailure told of every failure
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
