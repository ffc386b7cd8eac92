import type { Engine } from '../inbox/engine.ts'
import { allow } from '../options/allow.ts'
import { failOption } from '../options/check-options.ts'
import { showGiven } from '../options/show-given.ts'
import type { AnyOf } from '../receive/any-of.ts'
import { listSenders } from '../receive/check-receiver.ts'
import type { Receiver } from '../receive/receiver.ts'

/** What a watch reads of an inbox or an engine; it changes nothing but its own note. */
export type WatchedInbox = Pick<Engine, 'name' | 'stats' | 'minutes' | 'readNote' | 'writeNote' | 'spaces'>

/** What a watch reads of a receiver. */
export type WatchedReceiver = Pick<Receiver, 'provider' | 'describe' | 'counts' | 'replayGuard' | 'inbox'>

/** What `watch` takes: what `createReceiver`, `anyOf` or `createInbox` returned. */
export type Watchable = WatchedInbox | WatchedReceiver | Pick<AnyOf, 'receivers' | 'counts'>

/** What is watched, each once. */
export interface Watched {
  readonly inboxes: readonly WatchedInbox[]
  readonly receivers: readonly WatchedReceiver[]
  /** Endpoints for several senders; their own counts are of deliveries that no sender got. */
  readonly endpoints: readonly Pick<AnyOf, 'counts'>[]
}

const isInbox = allow.having('', 'stats', 'minutes')
const isReceiver = allow.having('', 'describe', 'counts')

/**
 * Sorts what was passed. The inbox of a receiver is watched with it.
 *
 * @throws SallyportError `OPTION_INVALID`
 */
export function toWatched(given: Watchable | readonly Watchable[]): Watched {
  const all: readonly unknown[] = Array.isArray(given) ? given : [given]
  if (all.length === 0) failOption('watch: nothing to watch; pass a receiver or an inbox')
  const inboxes = new Set<WatchedInbox>()
  const receivers = new Set<WatchedReceiver>()
  const endpoints = new Set<Pick<AnyOf, 'counts'>>()
  for (const one of all) {
    if (isInbox.accepts(one)) inboxes.add(one as WatchedInbox)
    else if (isReceiver.accepts(one)) {
      const senders = listSenders(one as object) as readonly WatchedReceiver[]
      if (senders.length > 0) endpoints.add(one as Pick<AnyOf, 'counts'>)
      for (const receiver of senders.length > 0 ? senders : [one as WatchedReceiver]) receivers.add(receiver)
    } else failOption(`watch: pass what createReceiver, anyOf or createInbox returns, not ${showGiven(one)}`)
  }
  for (const { inbox } of receivers) if (inbox !== undefined) inboxes.add(inbox)
  return { inboxes: [...inboxes], receivers: [...receivers], endpoints: [...endpoints] }
}
