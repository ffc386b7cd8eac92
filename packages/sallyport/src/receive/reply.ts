import { isDeepStrictEqual } from 'node:util'
import { describeError, type ErrorCode } from '../errors/error-codes.ts'
import { SallyportError, tryRead } from '../errors/sallyport-error.ts'

/** How a delivery ended. */
export type Outcome = 'accepted' | 'handled' | 'duplicate' | 'ignored' | 'unknown' | 'refused' | 'failed'

/** What to send back. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly outcome: Outcome
  /** The error code, for outcomes `refused` and `failed`. */
  readonly code?: ErrorCode | undefined
}

const replyBrand = Symbol.for('sallyport.reply')
const noStore = { 'cache-control': 'no-store' } as const
const replyHeaders = Object.freeze({ 'content-type': 'application/json', ...noStore })

/**
 * Makes the reply of a handler, for senders that read the answer.
 *
 * @param options.status 200 to 299. @default 200. Throw `RejectError` to reject
 * @throws SallyportError `OPTION_INVALID` for another status
 * @example
 * receiver.on('url_verification', ({ data }) => createReply({ body: { challenge: data.challenge } }))
 */
export function createReply({ status = 200, body }: { status?: number | undefined; body: unknown }): Reply {
  if (!Number.isInteger(status) || status < 200 || status > 299) {
    throw new SallyportError('OPTION_INVALID', `createReply: status must be 200 to 299, not ${status}`)
  }
  const reply: Reply = {
    status,
    headers: replyHeaders,
    body: JSON.stringify(body) ?? '',
    outcome: 'handled',
  }
  return Object.freeze(Object.defineProperty(reply, replyBrand, { value: true }))
}

/**
 * The reply that a handler returned; `undefined` for any other value. It may come from another copy of this package, and be
 * altered there or by a proxy: nothing that cannot be sent reaches a host.
 *
 * @throws SallyportError `OPTION_INVALID` for an altered reply
 */
export function readReply(value: unknown): Reply | undefined {
  if (typeof value !== 'object' || value === null || !tryRead(() => replyBrand in value, false)) return undefined
  const { status, body, headers } = value as Reply
  const isSound =
    Number.isInteger(status) &&
    status >= 200 &&
    status <= 299 &&
    typeof body === 'string' &&
    isDeepStrictEqual({ ...headers }, { ...replyHeaders })
  if (isSound) return { status, headers: replyHeaders, body, outcome: 'handled' }
  throw new SallyportError('OPTION_INVALID', 'a handler altered its reply; return what createReply made, unchanged')
}

/** The acknowledgement of a delivery: 200, or 202 when it is stored for later, and the outcome; nothing of the payload. */
export function acknowledge(outcome: 'accepted' | 'handled' | 'duplicate' | 'ignored' | 'unknown'): Reply {
  return {
    status: outcome === 'accepted' ? 202 : 200,
    headers: { 'content-type': 'application/json', ...noStore },
    body: `{"outcome":"${outcome}"}`,
    outcome,
  }
}

/** Details that are safe to show: fixed texts, or what a handler wrote for the sender. */
export interface ProblemDetails {
  readonly status?: number | undefined
  readonly detail?: string | undefined
}

const errorDocument = 'https://github.com/sallyport/sallyport/blob/main/docs/errors.md'
const retryAfterSeconds = '5'

/** A problem document (RFC 9457) for a code from the error table. */
export function problem(code: ErrorCode, { status, detail }: ProblemDetails = {}): Reply {
  const entry = describeError(code)
  const answered = status ?? entry.status
  return {
    status: answered,
    headers: {
      'content-type': 'application/problem+json',
      ...noStore,
      ...(answered === 405 ? { allow: 'POST' } : undefined),
      // RFC 9110, section 15.5.2: a 401 names a challenge; the schemes of webhook senders have no registered name.
      ...(answered === 401 ? { 'www-authenticate': 'Signature realm="webhook"' } : undefined),
      ...(answered === 503 ? { 'retry-after': retryAfterSeconds } : undefined),
      // RFC 9110, section 15.5.9: do not wait for the rest of a slow body.
      ...(answered === 408 ? { connection: 'close' } : undefined),
      ...(code === 'CONTENT_ENCODING_UNSUPPORTED' ? { 'accept-encoding': 'identity' } : undefined),
    },
    body: JSON.stringify({
      type: `${errorDocument}#${code}`,
      title: entry.title,
      status: answered,
      detail: detail ?? entry.fix,
      code,
    }),
    outcome: answered >= 500 ? 'failed' : 'refused',
    code,
  }
}
