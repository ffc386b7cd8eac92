import { Deadline } from './deadline.ts'
import { InvalidPayloadError, SallyportError } from '../errors/sallyport-error.ts'
import type { EventHandler, WebhookEvent } from '../verify/event.ts'
import { createHandlerContext } from './handler-context.ts'
import type { Attempt, InboxEvent } from './inbox.ts'
import type { Settings } from './options.ts'
import type { Provider } from '../verify/provider.ts'
import { readStoredData, toDelivery } from './read-stored-event.ts'
import { dispatch } from './dispatch.ts'
import { validate } from '../verify/validate.ts'
import { isRefusal } from '../verify/verdict.ts'

/** What running a kept event needs of its receiver. */
export interface StoredEventParts {
  readonly provider: Provider
  readonly settings: Settings
  readonly handlersFor: (type: string) => readonly EventHandler<WebhookEvent>[]
  readonly unknownHandlers: readonly EventHandler<WebhookEvent>[]
  readonly track: (work: Promise<unknown>) => void
}

/**
 * The second half of a kept event's way, in a worker: it was authenticated before it was kept, so it is identified again
 * from what is kept, validated and dispatched.
 *
 * @throws InvalidPayloadError for data that does not match its schema; whatever a handler throws; SallyportError
 * `HANDLER_TIMEOUT`
 */
export async function runStoredEvent(parts: StoredEventParts, kept: InboxEvent, attempt: Attempt): Promise<void> {
  const { provider, settings } = parts
  const isDeclared = Object.hasOwn(provider.events, kept.type)
  const handlers = isDeclared ? parts.handlersFor(kept.type) : parts.unknownHandlers
  if (handlers.length === 0) return
  const read = await readStoredData(provider, kept, settings.maxBodyBytes)
  if (isRefusal(read)) throw new SallyportError(read.code)
  const validation = isDeclared ? await validate(provider.events[kept.type]!, read.data) : read
  if (!validation.ok) throw new InvalidPayloadError(validation.issues)
  const deadline = new Deadline(settings.handlerTimeoutMs, () => attempt.signal, parts.track)
  const { number, idempotencyKey } = attempt
  const delivery = toDelivery(kept)
  const context = createHandlerContext({ delivery, attempt: number, idempotencyKey, waitUntil: parts.track, deadline })
  await deadline.limit(dispatch(handlers, toWebhookEvent(kept, validation.data), context))
}

function toWebhookEvent(kept: InboxEvent, data: unknown): WebhookEvent {
  return {
    id: kept.id,
    type: kept.type,
    data,
    provider: kept.provider,
    receivedAt: new Date(kept.receivedAt),
    keyId: kept.keyId,
    ...(kept.signedAt === undefined ? undefined : { signedAt: new Date(kept.signedAt) }),
    ...(kept.tenant === undefined ? undefined : { tenant: kept.tenant }),
  }
}
