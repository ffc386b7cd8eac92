/** What a server answers: `result` is the outcome of an accepted delivery, the error code of a refused or failed one. */
export interface Answer {
  readonly status: number
  readonly result: string
  /** The beginning of the digest, of an answer that tells one. */
  readonly digest?: string
}

/** One HTTP request of the demo, and the answer it must get. */
export interface DemoDelivery {
  /** What to tell a reader: what is done, and to what. */
  readonly name: string
  readonly path: string
  readonly method: string
  /** A list sends the header once for each value. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: Uint8Array
  /** Send the body without announcing its length. */
  readonly chunked?: boolean
  readonly expected: Answer
  /** Where the host joins repeated headers before anybody sees them, when that makes a difference. */
  readonly expectedWhenJoined?: Answer
  /** Whether a handler runs for it. @default what the expected result says */
  readonly runsHandler?: boolean
  /** Heading of a part of what the first server prints, to be shown below the answer. */
  readonly shows?: string
}

/** Deliveries under one heading. */
export interface DemoGroup {
  readonly title: string
  readonly deliveries: readonly DemoDelivery[]
}

/** The answer to an event that was taken. */
export function accepted(result: 'handled' | 'duplicate' | 'unknown'): Answer {
  return { status: 200, result }
}

/** Whether two answers say the same. */
export function isSameAnswer(left: Answer, right: Answer): boolean {
  return left.status === right.status && left.result === right.result && left.digest === right.digest
}

/** As much of a digest as a person compares. */
export function toShortDigest(digest: string): string {
  return digest.slice(0, 8)
}
