import type { Provider } from '../../verify/provider.ts'

/** What a signer gets. */
export interface SigningInput {
  /** The exact body. */
  readonly body: Uint8Array
  /** As configured at the receiver; for Ed25519 the private key. */
  readonly secrets: readonly string[]
  /** Time of signing, milliseconds since 1970. */
  readonly signedAt: number
  /** Event id, for senders that send one outside the body. */
  readonly id: string
  readonly type: string
  /** The rules of the receiving side, for senders whose owner chooses the header. */
  readonly provider?: Provider | undefined
  /** For senders that sign it. @default 'POST' */
  readonly method?: string | undefined
  /** Path and query, for senders that sign them. @default '/' */
  readonly url?: string | undefined
  /** Values of further headers, for senders that sign some. @default none */
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined
}

/** A signed request, for senders that write the proof elsewhere than in a header. */
export interface SignedParts {
  readonly headers: Record<string, string>
  /** Path and query, with what the sender adds. @default the given one */
  readonly url?: string | undefined
  /** The body with its signature. @default the given one */
  readonly body?: Uint8Array | undefined
}

/** Makes the headers a sender would send, independently of the code that verifies them. */
export type HeaderSigner = (input: SigningInput) => Record<string, string>

/** Makes the headers a sender would send, or the whole request, independently of the code that verifies them. */
export type Signer = (input: SigningInput) => Record<string, string> | SignedParts
