import type { StoredEvent } from 'sallyport/inbox'
import { redactCredentials } from 'sallyport/inbox'
import type { EventDetail, EventRow, ShownState } from './api.ts'
import { toProof } from './to-proof.ts'

type Listed = Omit<StoredEvent, 'body'>

/** The state as the pages name it. */
export function toShownState({ state, failure }: Pick<StoredEvent, 'state' | 'failure'>): ShownState {
  if (state !== 'pending') return state
  return failure === undefined ? 'waiting' : 'retrying'
}

/** An event as a row: no header and no body. */
export function toRow(event: Listed): EventRow {
  const { key, provider, type, id, tenant, orderKey, attempts, storedAt, dueAt, finishedAt, error, failure } = event
  const state = toShownState(event)
  return { key, state, provider, type, id, tenant, orderKey, attempts, storedAt, dueAt, finishedAt, error, failure }
}

/**
 * One event without its body. Credentials are hidden, whatever the inbox keeps.
 *
 * @param redact further names of headers and URL parameters
 */
export function toDetail(event: StoredEvent, redact: readonly string[], hasHistory: boolean): EventDetail {
  const { keyId, receivedAt, signedAt, method, remoteAddress, secure, encoding, history } = event
  const { url, headers } = redactCredentials(event, redact)
  const [, contentType] = headers.find(([name]) => name.toLowerCase() === 'content-type') ?? []
  return {
    ...toRow(event),
    keyId,
    proof: toProof(event),
    receivedAt,
    signedAt,
    method,
    url,
    headers,
    remoteAddress,
    secure,
    encoding,
    bodyBytes: event.body.byteLength,
    contentType,
    attemptsMade: history?.attempts ?? [],
    duplicates: history?.duplicates ?? { count: 0, latest: [] },
    hasHistory,
  }
}
