import { InboxError } from '../inbox-error.ts'
import type { ThreadClient } from './thread-client.ts'

/** How long finished events are kept, in milliseconds. */
export interface Retention {
  readonly retentionMs: number
  readonly deadRetentionMs: number
}

/** Deletes what was kept long enough, gives its space back, and watches the log. */
export interface Upkeep {
  /** Begins now, unless it is running. */
  prune(): void
  stop(): void
}

const everyMs = 60_000

/**
 * Runs at once and every minute; a few events at a time, so that nothing else waits long.
 *
 * @param report gets `INBOX_LOG_STUCK`
 */
export function createUpkeep(
  client: ThreadClient,
  { retentionMs, deadRetentionMs }: Retention,
  report: (error: InboxError) => void,
): Upkeep {
  let reported = 0
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
    if (!isStopped) await checkLog()
  }

  // Once for each reader that pins it: the next report follows only when the log was cleared in between.
  async function checkLog(): Promise<void> {
    const stuck = await client.ask('checkLog')
    if (stuck !== 0 && stuck !== reported)
      report(new InboxError('INBOX_LOG_STUCK', 'another connection has been reading for long'))
    reported = stuck
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
