import { decodeContent } from '../verify/content.ts'
import { decodeBody } from '../verify/decode.ts'
import type { Delivery } from '../verify/delivery.ts'
import { toHeaderList } from '../verify/header-list.ts'
import type { InboxEvent } from './inbox.ts'
import type { ContentEncoding, Provider } from '../verify/provider.ts'
import { identify } from '../verify/identify.ts'
import { isRefusal, type Refusal } from '../verify/verdict.ts'

/** The delivery that an event came with. */
export function toDelivery(kept: InboxEvent): Delivery {
  return {
    method: kept.method,
    url: kept.url,
    headers: toHeaderList(kept.headers),
    receivedAt: kept.receivedAt,
    body: kept.body,
    ...(kept.remoteAddress === undefined ? undefined : { remoteAddress: kept.remoteAddress }),
    ...(kept.secure === undefined ? undefined : { secure: kept.secure }),
  }
}

/**
 * Reads an event's data from what is kept of it, as its provider reads it today.
 *
 * @throws SallyportError `BODY_TOO_LARGE`, `CONTENT_ENCODING_INVALID`
 */
export async function readStoredData(
  provider: Provider,
  kept: InboxEvent,
  maxBodyBytes: number,
): Promise<{ readonly ok: true; readonly data: unknown } | Refusal> {
  const encoding = kept.encoding as ContentEncoding | undefined
  const { decoded } = await decodeContent(kept.body, encoding, provider, maxBodyBytes)
  const content = decodeBody(decoded)
  if (!content.ok) return content
  const headers = toHeaderList(kept.headers)
  const identity = identify(provider, content.body, headers, (name) => kept.signedHeaders[name])
  return isRefusal(identity) ? identity : { ok: true, data: identity.data }
}
