import type { DeliveryHead } from './delivery.ts'
import type { ContentEncoding, Provider } from './provider.ts'
import { refuse, type Refusal } from './verdict.ts'

/** What the head says about the body, once found acceptable. */
export interface HeadFacts {
  readonly ok: true
  /** The encoding to undo; `undefined` for identity. */
  readonly encoding: ContentEncoding | undefined
  /** The announced length in bytes, where there is one. */
  readonly contentLength: number | undefined
}

const json = /^application\/(?:json|[a-z0-9!#$&^_.+-]+\+json)$/
const utf8 = /;\s*charset\s*=\s*"?([^\s;"]+)"?/i

/** Checks everything about a request that needs neither a secret nor the body: method, announced length, media type, encoding. */
export function checkHead(head: DeliveryHead, provider: Provider, maxBodyBytes: number): HeadFacts | Refusal {
  if (head.method !== 'POST') return refuse('METHOD_NOT_ALLOWED')
  const length = head.headers.get('content-length')
  const contentLength = length === undefined ? undefined : Number(length)
  if (contentLength !== undefined && !(contentLength <= maxBodyBytes)) return refuse('BODY_TOO_LARGE')
  if (!isAcceptedType(head.headers.get('content-type'), provider.contentTypes))
    return refuse('CONTENT_TYPE_UNSUPPORTED')
  const encoding = head.headers.get('content-encoding')?.trim().toLowerCase()
  if (encoding === undefined || encoding === '' || encoding === 'identity')
    return { ok: true, encoding: undefined, contentLength }
  const accepted = provider.contentEncoding?.accept.find((name) => name === encoding)
  return accepted ? { ok: true, encoding: accepted, contentLength } : refuse('CONTENT_ENCODING_UNSUPPORTED')
}

function isAcceptedType(header: string | undefined, more: readonly string[] = []): boolean {
  if (header === undefined) return false
  if (header === 'application/json') return true
  const type = header.split(';', 1)[0]!.trim().toLowerCase()
  if (!json.test(type) && !more.includes(type)) return false
  const charset = utf8.exec(header)?.[1]?.toLowerCase()
  return charset === undefined || charset === 'utf-8' || charset === 'utf8' || charset === 'us-ascii'
}
