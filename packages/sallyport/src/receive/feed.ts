import { allow } from '../options/allow.ts'
import { checkOptions, failOption } from '../options/check-options.ts'
import type { EventMap } from '../verify/provider.ts'
import { checkReceiver, listSenders } from './check-receiver.ts'
import { entranceOf } from './feed-entrance.ts'
import type { Receiver } from './receiver.ts'
import type { Reply } from './reply.ts'

/** An event that your program fetched. */
export interface FetchedEvent {
  /** The event as the provider would push it: a value that becomes one JSON object. */
  readonly body: unknown
  /** The id the event has at its source: its name where the provider finds none in the body. */
  readonly id?: string | undefined
  /** Milliseconds since 1970. @default the receiver's clock */
  readonly receivedAt?: number | undefined
  /** Aborted when your program stops; passed to handlers. */
  readonly signal?: AbortSignal | undefined
}

/** A way into a receiver for events that do not come over HTTP. */
export interface EventFeed {
  readonly name: string
  /** Whether the receiver has a handler for a type; with an inbox also where another process runs the handlers. */
  handles(type: string): boolean
  /**
   * Whether an event that is also pushed is recognised by the id in its body. False where the secrets come from a function
   * without `isOneSender`, and no tenant is named.
   */
  readonly sharesIds: boolean
  /**
   * Takes an event through all stages except the signature check: identify, dedupe, inbox, schema, handlers. Never rejects;
   * the reply's `outcome` and `status` say how it ended.
   */
  deliver(event: FetchedEvent): Promise<Reply>
}

/**
 * Opens a feed: a way into a receiver for events that your program fetches from an API over TLS with its own key, as a poller
 * does. **Nothing checks a signature: you vouch for the event.** Never pass it the body of a request you were sent; use
 * `receiver.receive` or `webhook` for those. They have no access to feeds.
 *
 * The feed shows in `receiver.describe().feeds`, and each of its events has the `keyId` `feed:<name>`.
 *
 * @param options.tenant the events' tenant, where the receiver's secret resolver names tenants
 * @throws SallyportError `OPTION_INVALID` for an invalid name, or a receiver made by another copy of this package
 * @example
 * const feed = openFeed(receiver, 'sonzai-notifications')
 * const { outcome } = await feed.deliver({ body: { event_type: 'agent.message', content }, id })
 */
export function openFeed<Events extends EventMap>(
  receiver: Receiver<Events>,
  name: string,
  options: { readonly tenant?: string | undefined } = {},
): EventFeed {
  checkReceiver('openFeed', receiver)
  if (typeof name !== 'string' || !/^[\w.-]{1,64}$/.test(name))
    failOption('openFeed: the name must be 1 to 64 letters, digits, ".", "_" or "-"')
  if (listSenders(receiver).length > 0)
    failOption('openFeed: this is what anyOf returns; pass one of its receivers, as endpoint.receivers.github')
  checkOptions('openFeed', options, { tenant: allow.text })
  const entrance = entranceOf(receiver)
  if (entrance === undefined) {
    failOption(
      'openFeed: the receiver is a copy, or another copy of sallyport made it; pass what createReceiver returned',
    )
  }
  const { tenant } = options
  entrance.feeds.add(name)
  return {
    name,
    handles: entrance.handles,
    sharesIds: entrance.trustIds || tenant !== undefined,
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

// A value without JSON (`undefined`, a function, a circle, too deep nesting) becomes empty text, refused as not JSON.
function toJson(body: unknown): string {
  try {
    return JSON.stringify(body) ?? ''
  } catch {
    return ''
  }
}
