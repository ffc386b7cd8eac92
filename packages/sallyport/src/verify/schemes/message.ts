import type { DeliveryHead } from '../delivery.ts'
import { readSecurityHeader } from '../header-list.ts'
import { refuse, type Refusal } from '../verdict.ts'
import type { MessageForm, TextForm, TextRule } from './message-form.ts'

/** One part of the signed message. The message is the parts' bytes, one after the other; never a string template. */
export type MessagePart =
  | { readonly kind: 'body' }
  | { readonly kind: 'timestamp' }
  | { readonly kind: 'header'; readonly name: string; readonly form?: TextForm | undefined }
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'method' }
  | { readonly kind: 'url'; readonly origin: string }

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
  literal: (bytes: string | Uint8Array): MessagePart => ({
    kind: 'literal',
    text: Buffer.from(bytes).toString('latin1'),
  }),
  /** The URL. @param origin scheme and host the sender calls, for senders that sign the full URL. @default path and query only */
  url: (origin = ''): MessagePart => ({ kind: 'url', origin: Buffer.from(origin).toString('latin1') }),
} as const

/**
 * The text of each part; `undefined` for the body. One character is one byte (latin1), as in Node's header values and URLs.
 */
export type MessageTexts = readonly (string | undefined)[]

/** Reads the parts in the head, so that a missing or ambiguous one is refused before the body is read. */
export function readMessageTexts(
  signed: readonly MessagePart[],
  { rules }: MessageForm,
  head: DeliveryHead,
  timestampText: string | undefined,
  aliasOf: (name: string) => string,
): MessageTexts | Refusal {
  const texts: (string | undefined)[] = []
  for (let index = 0; index < signed.length; index++) {
    const part = signed[index]!
    const text = readText(part, head, timestampText, aliasOf)
    if (typeof text === 'object') return text
    const rule = rules[index]
    if (rule !== undefined && !keepsRule(part.kind === 'url' ? head.url : text!, rule)) return refuse(codes[part.kind])
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
} as const

// In `id.time.body`, an id with a dot could be split elsewhere: two messages with one signature.
function keepsRule(text: string, { pattern, behind, before }: TextRule): boolean {
  if (pattern !== undefined && !pattern.test(text)) return false
  if (behind !== undefined) return (text + behind).indexOf(behind) === text.length
  return before === undefined || (before + text).lastIndexOf(before) === 0
}

/** Whether the body shows where the parts beside it end. */
export function isCutBy(body: Uint8Array, { bodyStart, bodyEnd }: MessageForm): boolean {
  return (
    (bodyStart === undefined || isBeyond(body[0], bodyStart)) &&
    (bodyEnd === undefined || isBeyond(body.at(-1), bodyEnd))
  )
}

function isBeyond(byte: number | undefined, characters: string): boolean {
  return byte !== undefined && !characters.includes(String.fromCharCode(byte))
}

const noUrl = 'the sender signs the URL, and the request has none; pass path and query as they arrived'

function readText(
  part: MessagePart,
  head: DeliveryHead,
  timestampText: string | undefined,
  aliasOf: (name: string) => string,
): string | undefined | Refusal {
  switch (part.kind) {
    case 'timestamp':
      return timestampText ?? refuse('TIMESTAMP_MISSING')
    case 'header':
      return readSecurityHeader(head.headers, aliasOf(part.name), 'SIGNED_HEADER_MISSING')
    case 'method':
      return head.method
    case 'url':
      return head.url === '' ? refuse('REQUEST_UNREADABLE', noUrl) : part.origin + head.url
    case 'literal':
      return part.text
    case 'body':
      return undefined
  }
}

/** The bytes of the message in pieces; neighbouring texts are joined, so `<time>` and `.` are one piece. */
export function messagePieces(texts: MessageTexts, body: Uint8Array): (string | Uint8Array)[] {
  const pieces: (string | Uint8Array)[] = []
  let run = ''
  for (const text of texts) {
    if (text !== undefined) {
      run += text
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
  return part.kind === 'header' ? `header ${part.name}` : part.kind
}
