import type { Client } from './client.ts'
import type { Command } from './protocol.ts'

/** How long finished events are kept, in milliseconds. */
export interface Retention {
  readonly retentionMs: number
  readonly deadRetentionMs: number
}

/** Forgets what was kept long enough, and gives its room back. */
export interface Pruner {
  /** Does so now, unless it is at it. */
  prune(): void
  stop(): void
}

const everyMs = 60_000

/** Begins at once, and then now and then; a few events at a time, so that nothing else has to wait long. */
export function createPruner(client: Client, retention: Retention): Pruner {
  let isAtIt = false
  let isStopped = false
  const timer = setInterval(prune, everyMs).unref()
  prune()

  function prune(): void {
    if (isAtIt || isStopped) return
    isAtIt = true
    void work()
      // The next round tries again what one round could not.
      .catch(() => {})
      .finally(() => {
        isAtIt = false
      })
  }

  async function work(): Promise<void> {
    if ((await ask({ kind: 'prune', ...retention })) > 0) await work()
    else await shrink()
  }

  async function shrink(): Promise<void> {
    if ((await ask({ kind: 'shrink' })) > 0) await shrink()
  }

  async function ask(command: Command): Promise<number> {
    return isStopped ? 0 : client.ask<number>(command)
  }

  return {
    prune,
    stop() {
      isStopped = true
      clearInterval(timer)
    },
  }
}
