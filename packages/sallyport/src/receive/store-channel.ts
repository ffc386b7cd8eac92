import { tracingChannel } from 'node:diagnostics_channel'
import type { HeaderList } from '../verify/header-list.ts'
import type { InboxEvent, ReceiverInbox } from './inbox.ts'
import { readTraceContext, type TraceContext } from './trace-context.ts'
import { runTraced, TracedWork } from './traced-work.ts'

/** Name of the `tracingChannel` of `node:diagnostics_channel` around the storing of an event; its messages are `StoreMessage`s. */
export const storeChannel = 'sallyport:store'

/** What is published about an event: never its content. */
export type EventName = Pick<InboxEvent, 'key' | 'provider' | 'type' | 'id' | 'tenant'>

/**
 * An event that is being stored in an inbox.
 *
 * @example
 * tracingChannel(storeChannel).start.subscribe((message) => {
 *   ;(message as StoreMessage).traceContext = { traceparent }
 * })
 */
export class StoreMessage extends TracedWork {
  readonly event: EventName
  readonly bodyBytes: number
  /** Set it before the work begins, and it is stored with the event. An invalid one is ignored. */
  traceContext: TraceContext | undefined
  /** Whether the event is new; set when it is stored. */
  answer: 'stored' | 'duplicate' | undefined
  /** As the delivery had them. The signature may not cover one, so trust nothing in it. */
  readonly headers: HeaderList

  constructor({ key, provider, type, id, tenant, body }: InboxEvent, headers: HeaderList) {
    super()
    this.event = { key, provider, type, id, tenant }
    this.bodyBytes = body.byteLength
    this.headers = headers
  }
}

const stores = tracingChannel<unknown, TracedWork>(storeChannel)

/** Stores an event, and its trace context where a subscriber set one. */
export function storeTraced(
  inbox: ReceiverInbox,
  event: InboxEvent,
  headers: HeaderList,
): Promise<'stored' | 'duplicate'> {
  if (!stores.hasSubscribers) return inbox.store(event)
  const message = new StoreMessage(event, headers)
  return runTraced(stores, message, async () => {
    const traceContext = readTraceContext(message.traceContext)
    const answer = await inbox.store(traceContext === undefined ? event : { ...event, traceContext })
    message.answer = answer
    return answer
  })
}
