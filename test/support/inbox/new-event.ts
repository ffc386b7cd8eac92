import type { InboxEvent } from 'sallyport'

/** An event to store, with its key as its id; `more` replaces members. */
export function newEvent(key: string, more: Partial<InboxEvent> = {}): InboxEvent {
  return {
    key,
    provider: 'test',
    type: 'test',
    id: key,
    keyId: 'secret-1',
    receivedAt: 0,
    method: 'POST',
    url: '/',
    headers: [],
    signedHeaders: {},
    secretHeaders: [],
    body: Buffer.from('{}'),
    ...more,
  }
}
