import { randomUUID } from 'node:crypto'
import { SallyportError } from '../errors/sallyport-error.ts'
import type { Authentic } from '../verify/authenticate.ts'
import { toDedupeKey, type IdentifiedEvent } from '../verify/identify.ts'
import type { Scheme } from '../verify/schemes/scheme.ts'
import type { InboxEvent, ReceiverInbox } from './inbox.ts'
import { acknowledge, type Reply } from './reply.ts'
import { storeTraced } from './store-channel.ts'

/**
 * Stores an event in the inbox; answers only when it is durable.
 *
 * @param scheme the provider's whole scheme: the secret headers of every alternative are redacted, not only of the one that matched
 * @param key names the event among all of its provider's; `undefined` when every delivery is a new event
 * @throws SallyportError `INBOX_FAILED` when the inbox did not store it
 */
export async function storeEvent(
  inbox: ReceiverInbox,
  scheme: Scheme,
  { delivery, encoding, signedAt }: Authentic,
  { event, identity }: IdentifiedEvent,
  key: string | undefined,
): Promise<Reply> {
  const { provider, type, id, keyId, tenant } = event
  const { receivedAt, method, url, body, remoteAddress, secure } = delivery
  const stored: InboxEvent = {
    key: toDedupeKey(provider, tenant, key ?? randomUUID()),
    provider,
    type,
    id,
    keyId,
    tenant,
    receivedAt,
    signedAt,
    method,
    url,
    headers: [...delivery.headers],
    signedHeaders: identity.signedHeaders,
    // Of a hundred numbered headers, a delivery has a few.
    secretHeaders: scheme.secretHeaders.filter((name) => name.startsWith('?') || delivery.headers.has(name)),
    body,
    encoding,
    remoteAddress,
    secure,
  }
  try {
    const answer: unknown = await storeTraced(inbox, stored, delivery.headers)
    if (answer === 'stored') return acknowledge('accepted')
    if (answer === 'duplicate') return acknowledge('duplicate')
    throw new TypeError("store must resolve to 'stored' or 'duplicate'")
  } catch (cause) {
    throw new SallyportError('INBOX_FAILED', 'the inbox did not store an event', { cause })
  }
}
