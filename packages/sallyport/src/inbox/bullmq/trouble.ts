import type { EventEmitter } from 'node:events'

/** How long claiming has failed, as far as a connection and the errors of BullMQ's loop tell. */
export interface Trouble {
  /** An error of the loop, which tries again each second. */
  note(): void
  /** Milliseconds since it began; `undefined` while there is none. */
  lastsMs(): number | undefined
}

// The loop says nothing when a claim succeeds and finds no event.
const quietMs = 5_000

/** @param now milliseconds; never goes back */
export function watchTrouble(client: Pick<EventEmitter, 'on'>, now: () => number = () => performance.now()): Trouble {
  let disconnectedAt: number | undefined
  let series: { readonly since: number; last: number } | undefined
  client.on('close', () => (disconnectedAt ??= now()))
  client.on('ready', () => (disconnectedAt = undefined))

  function isQuiet(): boolean {
    return series === undefined || now() - series.last > quietMs
  }

  return {
    note() {
      if (isQuiet()) series = { since: now(), last: now() }
      else series!.last = now()
    },
    lastsMs() {
      const begins = [disconnectedAt, isQuiet() ? undefined : series!.since].filter((time) => time !== undefined)
      return begins.length === 0 ? undefined : now() - Math.min(...begins)
    },
  }
}
