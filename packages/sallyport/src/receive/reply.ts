import { isDeepStrictEqual } from 'node:util'
import { describeError, type ErrorCode } from '../errors/error-codes.ts'
import { SallyportError, tryRead } from '../errors/sallyport-error.ts'
import type { Acknowledgement } from '../verify/acknowledgement.ts'

/** How a delivery ended. */
export type Outcome = 'accepted' | 'handled' | 'duplicate' | 'ignored' | 'unknown' | 'handshake' | 'refused' | 'failed'

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

/** Media types of what a receiver answers with a 2xx. */
type AnswerType = NonNullable<Acknowledgement['type']>

const json = Object.freeze({ 'content-type': 'application/json', ...noStore })
const noSniff = { 'x-content-type-options': 'nosniff', ...noStore } as const
// A browser shows no text as a page.
const headersOf: Readonly<Record<AnswerType, Reply['headers']>> = {
  'application/json': json,
  'text/plain': Object.freeze({ 'content-type': 'text/plain', ...noSniff }),
  'text/xml': Object.freeze({ 'content-type': 'text/xml', ...noSniff }),
}

/** What `createReply` takes. */
export interface ReplyOptions {
  /** 200 to 299; throw `RejectError` to reject. @default 200 */
  readonly status?: number | undefined
  /** What `body` is; anything but JSON is sent as the text it is. @default 'application/json' */
  readonly type?: AnswerType | undefined
  /** Written as JSON, or a text of another `type`. */
  readonly body: unknown
}

/**
 * Makes the reply of a handler, for senders that read the answer.
 *
 * @throws SallyportError `OPTION_INVALID` for another status or type, or a body of another type that is no text
 * @example
 * receiver.on('command', ({ data }) => createReply({ body: { text: `Deploying ${data.text}` } }))
 */
export function createReply({ status = 200, type = 'application/json', body }: ReplyOptions): Reply {
  if (!Number.isInteger(status) || status < 200 || status > 299) {
    throw new SallyportError('OPTION_INVALID', `createReply: status must be 200 to 299, not ${status}`)
  }
  const isJson = type === 'application/json'
  if (!Object.hasOwn(headersOf, type) || (!isJson && typeof body !== 'string'))
    throw new SallyportError(
      'OPTION_INVALID',
      `createReply: type must be ${Object.keys(headersOf).join(', ')}; the body of any but JSON must be a string`,
    )
  const reply: Reply = {
    status,
    headers: headersOf[type],
    body: isJson ? (JSON.stringify(body) ?? '') : (body as string),
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
  const known = Object.values(headersOf).find((each) => isDeepStrictEqual({ ...headers }, { ...each }))
  const isSound = Number.isInteger(status) && status >= 200 && status <= 299 && typeof body === 'string'
  if (isSound && known !== undefined) return { status, headers: known, body, outcome: 'handled' }
  throw new SallyportError('OPTION_INVALID', 'a handler altered its reply; return what createReply made, unchanged')
}

const acknowledgements = {
  accepted: toAcknowledgement('accepted', 202),
  handled: toAcknowledgement('handled'),
  duplicate: toAcknowledgement('duplicate'),
  ignored: toAcknowledgement('ignored'),
  unknown: toAcknowledgement('unknown'),
} as const

function toAcknowledgement(outcome: Outcome, status = 200): Reply {
  return Object.freeze({ status, headers: json, body: `{"outcome":"${outcome}"}`, outcome })
}

/** The acknowledgement of a delivery: 200, or 202 when it is stored for later, and the outcome; nothing of the payload. */
export function acknowledge(outcome: keyof typeof acknowledgements): Reply {
  return acknowledgements[outcome]
}

/** An acknowledgement in the words of a provider; any other reply as it is. */
export function inWords(words: Acknowledgement | undefined, reply: Reply): Reply {
  if (words === undefined || !Object.values<Reply>(acknowledgements).includes(reply)) return reply
  const { status = reply.status, type = 'text/plain', body = '' } = words
  return { ...reply, status, headers: headersOf[type], body }
}

/**
 * The answer to a handshake. Nobody can make a browser take it for a page.
 *
 * @param content JSON, text, or `undefined` for no content (204)
 */
export function handshakeReply(content: string | object | undefined): Reply {
  const isText = typeof content === 'string'
  return {
    status: content === undefined ? 204 : 200,
    headers: isText ? headersOf['text/plain'] : { ...json, ...noSniff },
    body: isText ? content : content === undefined ? '' : JSON.stringify(content),
    outcome: 'handshake',
  }
}

/** Details that are safe to show: fixed texts, or what a handler wrote for the sender. */
export interface ProblemDetails {
  readonly status?: number | undefined
  readonly detail?: string | undefined
  /** What a receiver answers other than with 405. @default POST alone */
  readonly methods?: readonly string[] | undefined
}

const errorDocument = 'https://github.com/sallyport/sallyport/blob/main/docs/errors.md'
const retryAfterSeconds = '5'

/** A problem document (RFC 9457) for a code from the error table. */
export function problem(code: ErrorCode, { status, detail, methods = ['POST'] }: ProblemDetails = {}): Reply {
  const entry = describeError(code)
  const answered = status ?? entry.status
  return {
    status: answered,
    headers: {
      'content-type': 'application/problem+json',
      ...noStore,
      ...(answered === 405 ? { allow: methods.join(', ') } : undefined),
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
