import { InvalidPayloadError, SallyportError } from '../errors/sallyport-error.ts'
import type { Authenticate } from '../verify/authenticate.ts'
import { decodeContent, type ContentEncoding } from '../verify/decode.ts'
import { decodeInSlices } from '../verify/decode-in-slices.ts'
import type { Delivery } from '../verify/delivery.ts'
import { toHeaderList } from '../verify/header-list.ts'
import { identify, toWebhookEvent } from '../verify/identify.ts'
import type { Identity, Provider } from '../verify/provider.ts'
import { readParameters } from '../verify/url-parameters.ts'
import { validateData } from '../verify/validate.ts'
import { isRefusal, type Refusal, type Verdict } from '../verify/verdict.ts'
import { dispatch, type HandlerTable } from './handle.ts'
import { createHandlerContext, Deadline } from './handler-context.ts'
import { redactedHeader, type Attempt, type InboxEvent } from './inbox.ts'
import type { Settings } from './options.ts'
import { secretParameters } from './redact-addresses.ts'

/** What running a stored event needs of its receiver. */
export interface StoredEventParts {
  readonly provider: Provider
  readonly settings: Settings
  readonly handlers: HandlerTable
  readonly track: (work: Promise<unknown>) => unknown
}

/**
 * Runs the handlers of a stored event. The event was authenticated before it was stored, so this identifies it again from its
 * stored bytes, validates its data and dispatches it.
 *
 * @throws InvalidPayloadError for data that does not match its schema; anything a handler throws; SallyportError
 * `HANDLER_TIMEOUT`
 */
export async function runStoredEvent(parts: StoredEventParts, event: InboxEvent, attempt: Attempt): Promise<void> {
  const { provider, settings, track } = parts
  const handlers = parts.handlers.for(event.type)
  if (handlers.length === 0) return
  const read = await readData(provider, event, settings.maxBodyBytes)
  if (isRefusal(read)) throw new SallyportError(read.code)
  const validation = await validateData(provider, event.type, read.data)
  if (!validation.ok) throw new InvalidPayloadError(validation.issues)
  const deadline = new Deadline(settings.handlerTimeoutMs, () => attempt.signal, track)
  const { number, idempotencyKey } = attempt
  const delivery = toDelivery(event)
  const context = createHandlerContext({ delivery, attempt: number, idempotencyKey, waitUntil: track, deadline })
  await deadline.limit(
    dispatch(handlers, toWebhookEvent({ ...event, data: validation.data, envelope: read.envelope }), context),
  )
}

/** What a receiver finds when it checks a stored event again. */
export interface StoredEventCheck {
  /**
   * Whether the stored bytes prove their sender, with today's secrets and the clock of their arrival; `'redacted'` where the
   * inbox did not store the header that proves it.
   */
  readonly sender: Verdict | 'redacted'
  /** Whether the data matches today's schema of its type; places in the data where it does not. */
  readonly data: { readonly ok: true } | { readonly ok: false; readonly issues: readonly string[] } | Refusal
}

/**
 * Makes the function that verifies and validates stored events again; no handler runs.
 *
 * @throws SallyportError from the check: `OPTION_INVALID` for another provider's event; `SECRET_RESOLVER_FAILED`
 */
export function createStoredEventCheck(
  provider: Provider,
  authenticate: Authenticate,
  maxBodyBytes: number,
): (event: InboxEvent) => Promise<StoredEventCheck> {
  async function checkSender(event: InboxEvent): Promise<StoredEventCheck['sender']> {
    if (isRedacted(event)) return 'redacted'
    const delivery = toDelivery(event)
    const authentic = await authenticate(delivery, delivery, {})
    return authentic.ok ? { ok: true, keyId: authentic.keyId } : authentic
  }

  async function checkData(event: InboxEvent): Promise<StoredEventCheck['data']> {
    const read = await readData(provider, event, maxBodyBytes)
    if (isRefusal(read)) return read
    const validation = await validateData(provider, event.type, read.data)
    return validation.ok ? { ok: true } : validation
  }

  return async (event) => {
    if (event.provider !== provider.name)
      throw new SallyportError('OPTION_INVALID', `${provider.name}: the event is from provider "${event.provider}"`)
    return { sender: await checkSender(event), data: await checkData(event) }
  }
}

/** Whether the inbox left out the header or the URL parameter that proves the sender. */
function isRedacted({ secretHeaders, headers, url }: InboxEvent): boolean {
  const secret = new Set(secretHeaders.map((name) => name.toLowerCase()))
  return (
    headers.some(([name, value]) => value === redactedHeader && secret.has(name.toLowerCase())) ||
    secretParameters(secretHeaders).some((name) => readParameters(url, name).includes(redactedHeader))
  )
}

/** The delivery that brought an event. */
function toDelivery({ method, url, headers, receivedAt, body, remoteAddress, secure }: InboxEvent): Delivery {
  return { method, url, headers: toHeaderList(headers), receivedAt, remoteAddress, secure, body }
}

/**
 * Reads an event's data from its stored bytes, by the provider's rules of today.
 *
 * @throws SallyportError `BODY_TOO_LARGE`, `CONTENT_ENCODING_INVALID`
 */
async function readData(
  provider: Provider,
  event: InboxEvent,
  maxBodyBytes: number,
): Promise<({ readonly ok: true } & Pick<Identity, 'data' | 'envelope'>) | Refusal> {
  const encoding = event.encoding as ContentEncoding | undefined
  const { decoded } = await decodeContent(event.body, encoding, provider.contentEncoding, maxBodyBytes)
  const content = await decodeInSlices(decoded, provider)
  if (!content.ok) return content
  const headers = toHeaderList(event.headers)
  const identity = identify(provider, content.body, headers, (name) => event.signedHeaders[name])
  return isRefusal(identity) ? identity : { ok: true, data: identity.data, envelope: identity.envelope }
}
