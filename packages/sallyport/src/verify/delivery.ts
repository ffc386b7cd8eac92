import { toHeaderList, type HeaderList, type HeadersInput } from './header-list.ts'

/** A delivery without its body: what is known before anything is read. */
export interface DeliveryHead {
  /** HTTP method as received. */
  readonly method: string
  /** Path and query as received, before any router rewrote it. */
  readonly url: string
  readonly headers: HeaderList
  /** When the request arrived, in milliseconds since 1970. */
  readonly receivedAt: number
  /** Address of the peer, for reports. */
  readonly remoteAddress?: string
  /** Whether the connection to this process was encrypted; absent where the host does not say. */
  readonly secure?: boolean
}

/** One HTTP request as it arrived: head and the exact body bytes. */
export interface Delivery extends DeliveryHead {
  readonly body: Uint8Array
}

/** The bounds a body is read within. */
export interface BodyLimits {
  /** Most bytes read from the wire. */
  readonly maxBodyBytes: number
  /** Milliseconds from the first read to the last byte. */
  readonly bodyTimeoutMs: number
}

/**
 * Reads the body when the receiver asks for it, which it does only after the head was found acceptable.
 * Rejects with `BODY_TOO_LARGE`, `BODY_TIMEOUT`, `BODY_ABORTED` or `BODY_ALREADY_PARSED`.
 */
export type BodyReader = (limits: BodyLimits) => Promise<Uint8Array>

/**
 * What an adapter hands to `receiver.receive`.
 *
 * @example
 * await receiver.receive({ method: 'POST', url: '/hook', headers: request.headers, body: bytes })
 */
export interface IncomingDelivery {
  readonly method: string
  readonly url: string
  readonly headers: HeadersInput
  /** The exact bytes, or a function that reads them within limits. */
  readonly body: Uint8Array | BodyReader
  /** Milliseconds since 1970. @default the receiver's clock */
  readonly receivedAt?: number | undefined
  readonly remoteAddress?: string | undefined
  /** Whether the connection to this process was encrypted; `withHttps` asks for it. */
  readonly secure?: boolean | undefined
  /** Aborted when the sender is gone; handed on to handlers. */
  readonly signal?: AbortSignal | undefined
  /** Keeps a serverless host alive for background work, where the host offers that. */
  readonly waitUntil?: ((work: Promise<unknown>) => void) | undefined
}

/** The head of an incoming delivery, its headers and time settled. */
export function toHead(incoming: Omit<IncomingDelivery, 'body'>, now: () => number): DeliveryHead {
  return {
    method: incoming.method,
    url: incoming.url,
    headers: toHeaderList(incoming.headers),
    receivedAt: incoming.receivedAt ?? now(),
    ...(incoming.remoteAddress === undefined ? undefined : { remoteAddress: plainAddress(incoming.remoteAddress) }),
    ...(incoming.secure === undefined ? undefined : { secure: incoming.secure }),
  }
}

// A listener for both families sees IPv4 senders as mapped IPv6 (RFC 4291, section 2.5.5.2); one sender, one name.
function plainAddress(address: string): string {
  return /^::ffff:\d+\.\d+\.\d+\.\d+$/i.test(address) ? address.slice('::ffff:'.length) : address
}
