import type { Receiver } from 'sallyport'

/**
 * What the host does to a request before the adapter sees it: nothing; parse the body as JSON; or read it and leave it
 * beside the request as `rawBody`, as bytes or, wrongly, as text.
 */
export type HostBehaviour = 'nothing' | 'json-parser' | 'raw-bytes' | 'raw-text'

/** A receiver served over HTTP. */
export interface MountedReceiver {
  /** Where it answers, for every method; below a prefix of the host's router, so that path rewriting shows. */
  readonly url: string
  /** A route of the same application that parses a JSON body by the host's own means and answers with it. */
  readonly siblingUrl: string
  /** Stops listening and drops every connection. */
  close(): Promise<void>
}

/** Serves a receiver on a port of the loopback interface, as an application would. */
export type MountReceiver = (receiver: Receiver, host: { readonly before: HostBehaviour }) => Promise<MountedReceiver>

/** A test that this mount is meant to fail, and why. */
export interface Deviation {
  /** Name of the test. */
  readonly test: string
  readonly reason: string
}
