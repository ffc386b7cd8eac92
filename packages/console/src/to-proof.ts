import type { StoredEvent } from 'sallyport/inbox'
import type { EventDetail } from './api.ts'

// What a receiver notes where its provider checks nothing. A secret may have that name, but then the event has its header, too.
const noKey = 'none'

/** What proved the sender of an event when it arrived. */
export function toProof({
  method,
  url,
  keyId,
  secretHeaders,
}: Pick<StoredEvent, 'method' | 'url' | 'keyId' | 'secretHeaders'>): EventDetail['proof'] {
  // As a feed writes it; no client can send that method.
  if (method === 'PULL' && keyId === url) return 'fetched'
  return keyId === noKey && secretHeaders.length === 0 ? 'none' : 'key'
}
