import type { HeaderList, HeadersInput } from './header-list.ts'

/** A delivery without its body: what is known before the body is read. */
export interface DeliveryHead {
  /** HTTP method as received. */
  readonly method: string
  /** Path and query as received, before any router rewrote them; without scheme and host, which the sender may choose. */
  readonly url: string
  readonly headers: HeaderList
  /** When the request arrived, in milliseconds since 1970. */
  readonly receivedAt: number
  /** Address of the peer, for reports. */
  readonly remoteAddress?: string | undefined
  /** Whether the connection to this process was encrypted; `undefined` where the host does not say. */
  readonly secure?: boolean | undefined
  /** Whether the host passed the URL in decoded parts, so that the sender may have written it another way. */
  readonly urlIsRebuilt?: boolean | undefined
}

/** One HTTP request as it arrived: head and the exact body bytes. */
export interface Delivery extends DeliveryHead {
  readonly body: Uint8Array
}

/** Limits for reading a body. */
export interface BodyLimits {
  /** Most bytes read from the wire. */
  readonly maxBodyBytes: number
  /** Milliseconds from the first read to the last byte. */
  readonly bodyTimeoutMs: number
}

/**
 * Reads the body. The receiver calls it only after it accepted the head.
 * Rejects with `BODY_TOO_LARGE`, `BODY_TIMEOUT`, `BODY_ABORTED` or `BODY_ALREADY_PARSED`.
 */
export type BodyReader = (limits: BodyLimits) => Promise<Uint8Array>

/**
 * What an adapter passes to `receiver.receive`.
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
  /** Whether the connection to this process was encrypted; `withHttps` checks it. */
  readonly secure?: boolean | undefined
  /**
   * Whether the host passed the URL in decoded parts, and `url` is written from these: a signature over it cannot be checked. A
   * sender that signs the URL is then answered 500. @default false
   */
  readonly urlIsRebuilt?: boolean | undefined
  /** Aborted when the sender disconnects; passed to handlers. */
  readonly signal?: AbortSignal | undefined
  /** Keeps a serverless host alive for background work, where the host can do that. */
  readonly waitUntil?: ((work: Promise<unknown>) => void) | undefined
}
