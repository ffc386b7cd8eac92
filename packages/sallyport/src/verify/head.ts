import type { ContentEncoding } from './decode.ts'
import type { DeliveryHead, IncomingDelivery } from './delivery.ts'
import { toHeaderList } from './header-list.ts'
import type { Provider } from './provider.ts'
import { refuse, type Refusal } from './verdict.ts'

/** The head of an incoming delivery, with its headers and its time of arrival. */
export function toHead(incoming: Omit<IncomingDelivery, 'body'>, now: () => number): DeliveryHead {
  const { method, url, remoteAddress, secure } = incoming
  return {
    method,
    url,
    headers: toHeaderList(incoming.headers),
    receivedAt: incoming.receivedAt ?? now(),
    remoteAddress: remoteAddress === undefined ? undefined : plainAddress(remoteAddress),
    secure,
  }
}

// A listener for both families sees IPv4 senders as mapped IPv6 (RFC 4291, section 2.5.5.2); one sender, one name.
function plainAddress(address: string): string {
  return /^::ffff:\d+\.\d+\.\d+\.\d+$/i.test(address) ? address.slice('::ffff:'.length) : address
}

/** What the head says about the body. */
export interface HeadFacts {
  readonly ok: true
  /** The encoding to undo; `undefined` for identity. */
  readonly encoding: ContentEncoding | undefined
  /** The announced length in bytes, where there is one. */
  readonly contentLength: number | undefined
}

const json = /^application\/(?:json|[a-z0-9!#$&^_.+-]+\+json)$/
const utf8 = /;\s*charset\s*=\s*"?([^\s;"]+)"?/i

/**
 * Checks everything about a request that needs neither a secret nor the body: method, announced length, media type and
 * encoding.
 *
 * @param typeRequired whether a head without `Content-Type` is refused
 */
export function checkHead(
  head: DeliveryHead,
  provider: Provider,
  maxBodyBytes: number,
  typeRequired: boolean,
): HeadFacts | Refusal {
  if (head.method !== 'POST') return refuse('METHOD_NOT_ALLOWED')
  const length = head.headers.get('content-length')
  const contentLength = length === undefined ? undefined : Number(length)
  if (contentLength !== undefined && !(contentLength <= maxBodyBytes)) return refuse('BODY_TOO_LARGE')
  const type = head.headers.get('content-type')
  if (type === undefined ? typeRequired : !isAcceptedType(type, provider.contentTypes))
    return refuse('CONTENT_TYPE_UNSUPPORTED')
  const encoding = head.headers.get('content-encoding')?.trim().toLowerCase()
  if (encoding === undefined || encoding === '' || encoding === 'identity')
    return { ok: true, encoding: undefined, contentLength }
  const accepted = provider.contentEncoding?.accept.find((name) => name === encoding)
  return accepted ? { ok: true, encoding: accepted, contentLength } : refuse('CONTENT_ENCODING_UNSUPPORTED')
}

function isAcceptedType(header: string, more: readonly string[] = []): boolean {
  if (header === 'application/json') return true
  const type = header.split(';', 1)[0]!.trim().toLowerCase()
  if (!json.test(type) && !more.includes(type)) return false
  const charset = utf8.exec(header)?.[1]?.toLowerCase()
  return charset === undefined || charset === 'utf-8' || charset === 'utf8' || charset === 'us-ascii'
}
