import { randomUUID } from 'node:crypto'
import { printError } from '../errors/print-error.ts'
import { runHook } from '../receive/report.ts'
import { isDraining } from '../shutdown/draining.ts'
import type { Alert } from './alert.ts'
import { createChecks } from './checks.ts'
import { createChannels } from './notify/notify.ts'
import { checkWatchOptions, type WatchOptions } from './options.ts'
import { toRules } from './rules.ts'
import { toWatched, type Watchable } from './watched.ts'

/** A watch that runs. */
export interface Watch {
  /** Alerts that are raised, as of the last check. */
  alerts(): readonly Alert[]
  /** Checks now, and sends what is due; joins a check that is under way. Never rejects. Resolves to the alerts that are raised. */
  check(): Promise<readonly Alert[]>
  /**
   * Checks no more, and sends nothing more; resolves when a check that is under way has ended, with the try of a notice that it
   * waits for. With an inbox, the next start goes on from there.
   */
  stop(): Promise<void>
}

/**
 * Watches receivers and inboxes, and tells you once when something is wrong and once when it is over. Call it after the receivers
 * are made. Its timer does not keep the process alive.
 *
 * With an inbox, the state is kept in the store: it survives restarts, and of several processes with the same watch one sends each
 * notice. Each notice is sent at least once: again where a process dies after it sent one and before it noted that.
 * Without an inbox, or with an engine that keeps no notes, each process has its own state in memory.
 *
 * @param watched what `createReceiver`, `anyOf` or `createInbox` returned, or several of them
 * @throws SallyportError `OPTION_INVALID`: for a rule that cannot work with what is watched, too
 * @example
 * const watching = watch(receiver, { notify: { slack: process.env.SLACK_URL } })
 */
export function watch(watched: Watchable | readonly Watchable[], options: WatchOptions): Watch {
  const found = toWatched(watched)
  checkWatchOptions(options)
  const { name = 'watch', everyMs = 30_000, clearAfterMs = 60_000, storeTimeoutMs = 10_000, now = Date.now } = options
  const { sendTimeoutMs = 10_000, onError = createPrinter(now) } = options
  let isStopped = false
  const checks = createChecks(found, {
    rules: toRules(options.rules, found),
    channels: createChannels(options.notify, { timeoutMs: sendTimeoutMs, retryMs: 500 }),
    name,
    holder: randomUUID(),
    everyMs,
    clearAfterMs,
    storeTimeoutMs,
    now,
    onError: (error) => void runHook('onError', () => onError(error)),
    isStopped: () => isStopped || [...found.receivers, ...found.inboxes].every(isDraining),
  })
  let checking: Promise<readonly Alert[]> | undefined
  let timer: NodeJS.Timeout | undefined

  function check(): Promise<readonly Alert[]> {
    checking ??= checks.run().finally(() => {
      checking = undefined
    })
    return checking
  }

  // The next one is due after the last: a slow store is never asked twice at once.
  function round(): void {
    void check().finally(() => {
      if (!isStopped && everyMs > 0) timer = setTimeout(round, everyMs).unref()
    })
  }
  // In the next turn, when the handlers of this one are registered.
  if (everyMs > 0) timer = setTimeout(round, 1).unref()

  return {
    alerts: checks.alerts,
    check,
    async stop() {
      isStopped = true
      clearTimeout(timer)
      await checking
    },
  }
}

const printAgainMs = 3_600_000
const mostPrinted = 1_000

// Each check may meet it again.
function createPrinter(now: () => number): (error: unknown) => void {
  const printedAt = new Map<string, number>()
  return (error) => {
    const text = error instanceof Error ? error.message : String(error)
    const at = now()
    if (Math.abs(at - (printedAt.get(text) ?? -Infinity)) < printAgainMs) return
    if (printedAt.size >= mostPrinted) printedAt.clear()
    printedAt.set(text, at)
    printError('sallyport: the watch:', error)
  }
}
