import { entranceOf } from './entrance.ts'
import { SallyportError } from '../errors/sallyport-error.ts'
import type { EventMap } from '../verify/provider.ts'
import type { Receiver } from './receiver.ts'
import type { Reply } from './reply.ts'

/** An event that a source has fetched. */
export interface FetchedEvent {
  /** As the provider would have pushed it: a value that becomes one JSON object. */
  readonly body: unknown
  /** The source's own id of the event: its name where the provider reads none from the body. */
  readonly id?: string | undefined
  /** Milliseconds since 1970. @default the receiver's clock */
  readonly receivedAt?: number | undefined
  /** Aborted when the source stops; handed on to handlers. */
  readonly signal?: AbortSignal | undefined
}

/** A way into a receiver for events that do not come over HTTP. */
export interface EventFeed {
  readonly name: string
  /** Whether the receiver has a handler for a type; with an inbox also where another process runs the handlers. */
  handles(type: string): boolean
  /**
   * Whether an event that is pushed as well is recognised by the id its provider reads from the body. Not so where the
   * secrets come from a function that does not say `isOneSender`, and no tenant is named.
   */
  readonly sharesIds: boolean
  /**
   * Takes an event through all stages but the check of a signature: identify, dedupe, inbox, schema, handlers. Never
   * rejects; the reply's `outcome` and `status` say what became of it.
   */
  deliver(event: FetchedEvent): Promise<Reply>
}

/**
 * Opens a way into a receiver for events that a program fetches itself, from an API over TLS with its own key, as a poller
 * does. **Whoever calls `deliver` vouches for the event: nothing checks a signature.** Never hand it the body of a request
 * that somebody sent you; that is what `receiver.receive` and the adapters are for, and they have no way to this function.
 *
 * The feed shows in `receiver.describe().feeds`, and as `keyId` `feed:<name>` with each of its events.
 *
 * @param options.tenant whose events they are, where the receiver's secret resolver names tenants
 * @throws SallyportError `OPTION_INVALID` for a name that is empty, or a receiver of another copy of this package
 * @example
 * const feed = openFeed(receiver, 'sonzai-notifications')
 * const { outcome } = await feed.deliver({ body: { event_type: 'agent.message', content }, id })
 */
export function openFeed<Events extends EventMap>(
  receiver: Receiver<Events>,
  name: string,
  options: { readonly tenant?: string | undefined } = {},
): EventFeed {
  if (!/^[\w.-]{1,64}$/.test(name)) {
    throw new SallyportError('OPTION_INVALID', 'openFeed: the name must be 1 to 64 letters, digits, ".", "_" or "-"')
  }
  const entrance = entranceOf(receiver)
  if (entrance === undefined) {
    throw new SallyportError('OPTION_INVALID', 'openFeed: the receiver was not made by this copy of sallyport')
  }
  const { tenant } = options
  entrance.feeds.add(name)
  return {
    name,
    handles: entrance.handles,
    sharesIds: entrance.trustsIds || tenant !== undefined,
    deliver: ({ body, id, receivedAt, signal }) =>
      entrance.deliver(
        {
          method: 'PULL',
          url: `feed:${name}`,
          headers: { 'content-type': 'application/json' },
          body: Buffer.from(toJson(body)),
          receivedAt,
          signal,
        },
        { feed: name, tenant, id },
      ),
  }
}

// What has no JSON (`undefined`, a function, a circle, what is nested too deep) becomes the empty text, refused as not JSON.
function toJson(body: unknown): string {
  try {
    return JSON.stringify(body) ?? ''
  } catch {
    return ''
  }
}
