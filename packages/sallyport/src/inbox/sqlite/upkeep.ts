import type { ThreadClient } from './thread-client.ts'

/** How long finished events are kept, in milliseconds. */
export interface Retention {
  readonly retentionMs: number
  readonly deadRetentionMs: number
}

/** Deletes what was kept long enough, and gives its space back. */
export interface Upkeep {
  /** Begins now, unless it is running. */
  prune(): void
  stop(): void
}

const everyMs = 60_000

/** Runs at once and every minute; a few events at a time, so that nothing else waits long. */
export function createUpkeep(client: ThreadClient, { retentionMs, deadRetentionMs }: Retention): Upkeep {
  let isRunning = false
  let isStopped = false
  const timer = setInterval(prune, everyMs).unref()
  prune()

  function prune(): void {
    if (isRunning || isStopped) return
    isRunning = true
    void work()
      // The next round tries again what one round could not.
      .catch(() => {})
      .finally(() => {
        isRunning = false
      })
  }

  async function work(): Promise<void> {
    while (await isMore(() => client.ask('prune', { retentionMs, deadRetentionMs })));
    while (await isMore(() => client.ask('shrink')));
  }

  async function isMore(part: () => Promise<number>): Promise<boolean> {
    return !isStopped && (await part()) > 0
  }

  return {
    prune,
    stop() {
      isStopped = true
      clearInterval(timer)
    },
  }
}
