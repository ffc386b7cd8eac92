import { isOwnError, SallyportError } from '../errors/sallyport-error.ts'
import type { ContentEncoding } from './decode.ts'
import type { DeliveryHead, IncomingDelivery } from './delivery.ts'
import { toHeaderList } from './header-list.ts'
import type { Provider } from './provider.ts'
import { refuse, type Refusal } from './verdict.ts'

/**
 * The head of an incoming delivery, with its headers and its time of arrival. What a host leaves out counts as missing: only a
 * request without a method, or one that cannot be read at all, is the host's mistake.
 *
 * @throws SallyportError `REQUEST_UNREADABLE`, naming what is wrong; `INTERNAL` where the clock fails
 */
export function toHead(incoming: Omit<IncomingDelivery, 'body'>, now: () => number): DeliveryHead {
  try {
    // From a host, so anything may be missing or of another type.
    const { headers, method, url, remoteAddress, secure, urlIsRebuilt } = incoming as Partial<IncomingDelivery>
    const list = toHeaderList(headers)
    if (typeof method !== 'string' || method === '')
      throw new SallyportError('REQUEST_UNREADABLE', 'the request has no method; pass the one the sender used')
    return {
      method,
      url: typeof url === 'string' ? toPath(url) : '',
      headers: list,
      receivedAt: readTime(incoming, now),
      remoteAddress: typeof remoteAddress === 'string' ? plainAddress(remoteAddress) : undefined,
      secure: typeof secure === 'boolean' ? secure : undefined,
      urlIsRebuilt: urlIsRebuilt === true ? true : undefined,
    }
  } catch (cause) {
    if (isOwnError(cause)) throw cause
    throw new SallyportError('REQUEST_UNREADABLE', 'reading the method, URL or headers of the request failed', {
      cause,
    })
  }
}

// RFC 9112, section 3.2.2: a sender may write the whole URL as the target. Its scheme and host are claims, nothing more.
function toPath(url: string): string {
  if (url.startsWith('/')) return url
  const origin = /^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i.exec(url)?.[0]
  if (origin === undefined) return url
  const rest = url.slice(origin.length)
  return rest.startsWith('/') ? rest : `/${rest}`
}

function readTime(incoming: Partial<IncomingDelivery>, now: () => number): number {
  const given: unknown = incoming.receivedAt
  if (given === undefined || given === null) return readClock(now)
  // One that is NaN proves no age; freshness refuses it.
  if (typeof given === 'number') return given
  throw new SallyportError('REQUEST_UNREADABLE', 'receivedAt is no number; pass milliseconds since 1970, or nothing')
}

/**
 * Asks the clock given as `now`.
 *
 * @throws SallyportError `INTERNAL` when it throws or returns no number: no age could be checked
 */
export function readClock(now: () => number): number {
  let time: unknown
  try {
    time = now()
  } catch (cause) {
    throw new SallyportError('INTERNAL', 'the clock given as now failed', { cause })
  }
  if (Number.isFinite(time)) return time as number
  throw new SallyportError('INTERNAL', 'the clock given as now returned no time; return milliseconds since 1970')
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

/** The media type of a form. */
export const formType = 'application/x-www-form-urlencoded'
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
  if (type === undefined ? typeRequired : !isAcceptedType(type, provider))
    return refuse(/^\s*multipart\//i.test(type ?? '') ? 'MULTIPART_UNSUPPORTED' : 'CONTENT_TYPE_UNSUPPORTED')
  const named = head.headers.get('content-encoding')?.trim().toLowerCase()
  // RFC 9110, section 8.4.1.3: a recipient should treat the old name as the new one.
  const encoding = named === 'x-gzip' ? 'gzip' : named
  if (encoding === undefined || encoding === '' || encoding === 'identity')
    return { ok: true, encoding: undefined, contentLength }
  const accepted = provider.contentEncoding?.accept.find((name) => name === encoding)
  return accepted ? { ok: true, encoding: accepted, contentLength } : refuse('CONTENT_ENCODING_UNSUPPORTED')
}

function isAcceptedType(header: string, { contentTypes: more = [], forms = false }: Provider): boolean {
  if (header === 'application/json') return true
  const type = header.split(';', 1)[0]!.trim().toLowerCase()
  if (!json.test(type) && !(forms && type === formType) && !more.includes(type)) return false
  const charset = utf8.exec(header)?.[1]?.toLowerCase()
  return charset === undefined || charset === 'utf-8' || charset === 'utf8' || charset === 'us-ascii'
}
