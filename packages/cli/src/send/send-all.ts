import { untilStopped } from '../context.ts'
import type { Output } from '../output.ts'
import { describeCounts } from './describe-summary.ts'
import type { Planned } from './plan.ts'
import { createPoster } from './post.ts'
import type { Tally } from './tally.ts'

/** How to send a plan. */
export interface SendAllOptions {
  readonly tally: Tally
  readonly output: Output
  /** Number of deliveries, for the progress. */
  readonly times: number
  readonly concurrency: number
  readonly timeoutMs: number
}

/** Sends a plan until it ends or the process is asked to stop. Resolves to whether it was asked to stop. */
export async function sendAll(
  plan: Iterator<Planned>,
  url: URL,
  { tally, output, times, concurrency, timeoutMs }: SendAllOptions,
): Promise<boolean> {
  const poster = createPoster(url, { concurrency, timeoutMs })
  const stopping = new AbortController()
  void untilStopped().then(() => stopping.abort())
  let done = 0

  async function sendNext(): Promise<void> {
    // All loops share the plan. `for...of` would close it as soon as one loop ends.
    for (let next = plan.next(); !next.done && !stopping.signal.aborted; next = plan.next()) {
      const planned = next.value
      tally.add(planned, await poster.post(planned))
      done += 1
      if (done % 10 === 0 || done === times)
        output.progress(`${done} of ${times}  ${describeCounts(tally.summary().statuses)}`)
    }
  }

  await Promise.all(Array.from({ length: concurrency }, () => sendNext()))
  poster.close()
  output.progress('')
  return stopping.signal.aborted
}
