import type { Receiver } from 'sallyport'

/**
 * What the host does to a request before the adapter sees it: nothing, parse the body as JSON, or keep the body as
 * `rawBody`: as bytes, as bytes that it decompressed while `Content-Encoding` stays, or, wrongly, as text.
 */
export type HostBehaviour = 'nothing' | 'json-parser' | 'raw-bytes' | 'decompressed-bytes' | 'raw-text'

/** A receiver served over HTTP. */
export interface MountedReceiver {
  /** Answers every method. Below a prefix of the host's router, so that path rewriting shows. */
  readonly url: string
  /** Another route of the application; answers with the JSON body as parsed by the host. */
  readonly siblingUrl: string
  /** Stops listening and drops every connection. */
  close(): Promise<void>
}

/** Serves a receiver, or what `anyOf` returns, on a port of the loopback interface, as an application would. */
export type MountReceiver = (
  receiver: Pick<Receiver, 'receive'>,
  host: { readonly before: HostBehaviour },
) => Promise<MountedReceiver>

/** A test that this mount is expected to fail, and why. */
export interface Deviation {
  /** Title of the test. */
  readonly test: string
  readonly reason: string
  /** It passes or fails with the timing of the host, so it is not run. @default false */
  readonly isRandom?: boolean | undefined
}
