import type { Delivery, DeliveryHead } from '../delivery.ts'
import { readSecurityHeader } from '../header-list.ts'
import { refuse, type Refusal } from '../verdict.ts'
import { checkBodyHash, decodeOnly, hasBodyHash, isForm, writeCrc32, writeForm } from './body-parts.ts'
import type { MessageForm, TextForm, TextRule } from './message-form.ts'

/** One part of the signed message. The message is the parts' bytes, one after the other; never a string template. */
export type MessagePart =
  | { readonly kind: 'body' }
  | { readonly kind: 'timestamp' }
  | { readonly kind: 'header'; readonly name: string; readonly form?: TextForm | undefined }
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'method' }
  | ({ readonly kind: 'url'; readonly origin: string } & UrlForm)
  | { readonly kind: 'form' }
  | { readonly kind: 'crc32' }

/** A member of a JSON body, for `bodySignature`. */
export interface MemberPart {
  readonly kind: 'member'
  readonly path: readonly string[]
  readonly form?: MemberForm | undefined
}

/** How a signed member is written. */
export interface MemberForm extends TextForm {
  /** Whether it may contain the literals beside it: the parts before and behind it show where it is. One of a message. @default the last member */
  readonly free?: boolean | undefined
}

/** How a sender writes the URL that it signs. */
export interface UrlForm {
  /** Characters that it signs plainly although the URL has them percent-encoded. @default '' */
  readonly decoded?: string | undefined
  /** URL parameter with the SHA-256 of the body in hex, for senders that sign the URL instead of the body. @default none */
  readonly bodyHash?: string | undefined
}

/**
 * The parts of a signed message, in the order the sender signs them.
 *
 * @example
 * signed: [parts.timestamp, parts.literal('.'), parts.body]
 */
export const parts = {
  /** The exact received body. */
  body: Object.freeze<MessagePart>({ kind: 'body' }),
  /** The timestamp, exactly as the signature header writes it. */
  timestamp: Object.freeze<MessagePart>({ kind: 'timestamp' }),
  /** The HTTP method. */
  method: Object.freeze<MessagePart>({ kind: 'method' }),
  /**
   * The value of a header.
   *
   * @param form how the sender writes it; needed where no literal stands between it and the next part
   */
  header: (name: string, form?: TextForm): MessagePart => ({ kind: 'header', name: name.toLowerCase(), form }),
  /** Fixed bytes; text is encoded as UTF-8. */
  literal: (bytes: string | Uint8Array): MessagePart & { readonly kind: 'literal' } => ({
    kind: 'literal',
    text: Buffer.from(bytes).toString('latin1'),
  }),
  /**
   * The URL.
   *
   * @param origin scheme and host the sender calls, for senders that sign the full URL. @default path and query only
   * @param form how the sender writes it, and whether it names the body
   */
  url: (origin = '', form: UrlForm = {}): MessagePart => ({
    kind: 'url',
    origin: Buffer.from(origin).toString('latin1'),
    ...form,
  }),
  /**
   * A text, number or boolean in the body, for `bodySignature`; `''` where it is missing or null.
   *
   * @param path member names joined by dots, from the signed item on
   * @param form how the sender writes it; needed where no literal stands between it and the next part
   */
  member: (path: string, form?: MemberForm): MemberPart => ({ kind: 'member', path: path.split('.'), form }),
  /**
   * The fields of a form, sorted, names and values without anything between them, behind the URL: Twilio. The signed bytes do not
   * show where a name ends and its value begins, so nothing in them is an event id.
   */
  form: Object.freeze<MessagePart>({ kind: 'form' }),
  /**
   * The CRC-32 of the body, as a decimal number: PayPal. Anybody can write another body with the same CRC-32, so anyone who has one
   * delivery can change its body for as long as its signature counts.
   */
  crc32: Object.freeze<MessagePart>({ kind: 'crc32' }),
} as const

/**
 * The text of each part; `undefined` for the body, a function for what is made of it. One character is one byte (latin1), as
 * in Node's header values and URLs.
 */
export type MessageTexts = readonly (string | undefined | ((body: Uint8Array) => string))[]

/** Reads the parts in the head, so that a missing or ambiguous one is refused before the body is read. */
export function readMessageTexts(
  signed: readonly MessagePart[],
  { rules }: MessageForm,
  head: DeliveryHead,
  timestampText: string | undefined,
  aliasOf: (name: string) => string,
): MessageTexts | Refusal {
  const texts: MessageTexts[number][] = []
  for (let index = 0; index < signed.length; index++) {
    const part = signed[index]!
    const text = readText(part, head, timestampText, aliasOf)
    if (typeof text === 'object') return text
    const rule = rules[index]
    if (rule !== undefined && typeof text === 'string') {
      const own = part.kind === 'url' ? text.slice(part.origin.length) : text
      if (!keepsRule(own, rule)) return refuse(codes[part.kind])
    }
    texts.push(text)
  }
  return texts
}

const codes = {
  header: 'SIGNED_HEADER_INVALID',
  timestamp: 'TIMESTAMP_MALFORMED',
  method: 'METHOD_NOT_ALLOWED',
  url: 'SIGNED_URL_INVALID',
  literal: 'INTERNAL',
  body: 'INTERNAL',
  form: 'INTERNAL',
  crc32: 'INTERNAL',
} as const

// In `id.time.body`, an id with a dot could be split elsewhere: two messages with one signature.
export function keepsRule(text: string, { pattern, behind, before }: TextRule): boolean {
  if (pattern !== undefined && !pattern.test(text)) return false
  if (behind !== undefined) return endsBefore(behind, text)
  return before === undefined || (before + text).lastIndexOf(before) === 0
}

function endsBefore(literal: string, text: string): boolean {
  return literal.length === 1 ? !text.includes(literal) : (text + literal).indexOf(literal) === text.length
}

/** Whether a part is made of the body, which must then be fit for it. */
export function isMadeOfBody(part: MessagePart): boolean {
  return part.kind === 'form' || (part.kind === 'url' && part.bodyHash !== undefined)
}

/**
 * Whether the body shows where the parts beside it end, and is what the parts made of it say.
 *
 * @param made the parts that are made of the body
 */
export function isCutBy(
  made: readonly MessagePart[],
  delivery: Delivery,
  { bodyStart, bodyEnd }: MessageForm,
): boolean {
  const { body } = delivery
  return (
    (bodyStart === undefined || isBeyond(body[0], bodyStart)) &&
    (bodyEnd === undefined || isBeyond(body.at(-1), bodyEnd)) &&
    made.every((part) => fitsBody(part, delivery))
  )
}

function fitsBody(part: MessagePart, delivery: Delivery): boolean {
  if (part.kind === 'form') return isForm(delivery.body)
  return part.kind !== 'url' || part.bodyHash === undefined || hasBodyHash(delivery, part.bodyHash)
}

function isBeyond(byte: number | undefined, characters: string): boolean {
  return byte !== undefined && !characters.includes(String.fromCharCode(byte))
}

const noUrl = 'the sender signs the URL, and the request has none; pass path and query as they arrived'
const rebuiltUrl =
  'the sender signs the URL, and this host passes it decoded; use a host that passes path and query as they arrived ' +
  '(on AWS a function URL, or an HTTP API with payload format 2.0 and a path that needs no encoding)'

/** Why a signature over the URL cannot be checked here, if so. */
export function findUrlFault({ url, urlIsRebuilt }: DeliveryHead): Refusal | undefined {
  if (url === '') return refuse('REQUEST_UNREADABLE', noUrl)
  return urlIsRebuilt === true ? refuse('REQUEST_UNREADABLE', rebuiltUrl) : undefined
}

function readText(
  part: MessagePart,
  head: DeliveryHead,
  timestampText: string | undefined,
  aliasOf: (name: string) => string,
): MessageTexts[number] | Refusal {
  switch (part.kind) {
    case 'timestamp':
      return timestampText ?? refuse('TIMESTAMP_MISSING')
    case 'header':
      return readSecurityHeader(head.headers, aliasOf(part.name), 'SIGNED_HEADER_MISSING')
    case 'method':
      return head.method
    case 'url':
      return findUrlFault(head) ?? writeUrl(part, head)
    case 'literal':
      return part.text
    case 'body':
      return undefined
    case 'form':
      return writeForm
    case 'crc32':
      return writeCrc32
  }
}

function writeUrl(
  { origin, decoded = '', bodyHash }: MessagePart & { kind: 'url' },
  head: DeliveryHead,
): string | Refusal {
  const refusal = bodyHash === undefined ? undefined : checkBodyHash(head, bodyHash)
  return refusal ?? origin + decodeOnly(head.url, decoded)
}

/** The bytes of the message in pieces; neighbouring texts are joined, so `<time>` and `.` are one piece. */
export function messagePieces(texts: MessageTexts, body: Uint8Array): (string | Uint8Array)[] {
  const pieces: (string | Uint8Array)[] = []
  let run = ''
  for (const text of texts) {
    if (text !== undefined) {
      run += typeof text === 'string' ? text : text(body)
      continue
    }
    if (run !== '') pieces.push(run)
    pieces.push(body)
    run = ''
  }
  if (run !== '') pieces.push(run)
  return pieces
}

/** The whole message. */
export function messageBytes(texts: MessageTexts, body: Uint8Array): Buffer {
  const pieces = messagePieces(texts, body)
  return Buffer.concat(pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece)))
}

/** A part in words, for audits. */
export function describePart(part: MessagePart): string {
  if (part.kind === 'literal') return JSON.stringify(part.text)
  if (part.kind === 'form') return 'sorted fields of the form'
  if (part.kind === 'crc32') return 'CRC-32 of the body, which does not resist forgery'
  if (part.kind !== 'url') return part.kind === 'header' ? `header ${part.name}` : part.kind
  const { decoded = '', bodyHash } = part
  const plain = decoded === '' ? '' : ` with plain ${decoded}`
  return `url${plain}${bodyHash === undefined ? '' : `, which has the SHA-256 of the body in ${bodyHash}`}`
}
