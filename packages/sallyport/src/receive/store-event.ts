import { randomUUID } from 'node:crypto'
import { SallyportError } from '../errors/sallyport-error.ts'
import type { ReceiverInbox, InboxEvent } from './inbox.ts'
import { acknowledge, type Reply } from './reply.ts'
import { readSecretHeaders, type Scheme } from '../verify/schemes/scheme.ts'
import type { Authentic } from '../verify/authenticate.ts'
import { toDedupeKey } from '../verify/dedupe-key.ts'
import type { IdentifiedEvent } from '../verify/to-event.ts'

/**
 * Gives an event to the inbox; answers only when it is durable.
 *
 * @param scheme of the provider: whatever proves the sender is a secret, whichever of its alternatives matched
 * @param key what names the event among all of its provider's; `undefined` when every delivery is an event of its own
 * @throws SallyportError `INBOX_FAILED` when it could not be kept
 */
export async function storeEvent(
  inbox: ReceiverInbox,
  scheme: Scheme,
  { delivery, encoding, signedAt }: Authentic,
  { event, identity }: IdentifiedEvent,
  key: string | undefined,
): Promise<Reply> {
  const kept: InboxEvent = {
    key: toDedupeKey(event.provider, event.tenant, key ?? randomUUID()),
    provider: event.provider,
    type: event.type,
    id: event.id,
    keyId: event.keyId,
    ...(event.tenant === undefined ? undefined : { tenant: event.tenant }),
    receivedAt: delivery.receivedAt,
    ...(signedAt === undefined ? undefined : { signedAt }),
    method: delivery.method,
    url: delivery.url,
    headers: [...delivery.headers],
    signedHeaders: identity.signedHeaders,
    secretHeaders: readSecretHeaders(scheme),
    body: delivery.body,
    ...(encoding === undefined ? undefined : { encoding }),
    ...(delivery.remoteAddress === undefined ? undefined : { remoteAddress: delivery.remoteAddress }),
    ...(delivery.secure === undefined ? undefined : { secure: delivery.secure }),
  }
  try {
    return acknowledge((await inbox.store(kept)) === 'stored' ? 'accepted' : 'duplicate')
  } catch (cause) {
    throw new SallyportError('INBOX_FAILED', 'the inbox did not take an event', { cause })
  }
}
