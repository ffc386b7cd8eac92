import type { EventState } from 'sallyport/inbox'

/** What the senders saw. */
export interface Sent {
  /** Events begun, each sent until it is acknowledged. */
  events: number
  /** Ids of events that a 2xx acknowledged, and whether their handler rejects them. */
  readonly acknowledged: Map<string, { readonly isRejected: boolean }>
  /** Events sent once more after that. */
  repeated: number
  /** Events answered twice with `accepted`: their duplicate was stored. */
  acceptedTwice: number
  /** Answers 503, to honest deliveries. */
  unavailable: number
  /** Any other answer to an honest delivery. */
  turnedAway: number
  /** Requests without an answer: refused, broken or timed out. */
  unanswered: number
  /** Events given up on. */
  givenUp: number
  forged: number
  /** Forged deliveries answered with a 2xx. */
  forgedAccepted: number
}

export const createSent = (): Sent => ({
  events: 0,
  acknowledged: new Map(),
  repeated: 0,
  acceptedTwice: 0,
  unavailable: 0,
  turnedAway: 0,
  unanswered: 0,
  givenUp: 0,
  forged: 0,
  forgedAccepted: 0,
})

/** Ids of forged events begin with this. */
export const forgedPrefix = 'forged-'

/** What became of events. */
export interface Outcome {
  /** Acknowledged, but missing in the store, or done there without having been handled. */
  readonly lost: number
  /** Acknowledged, but neither handled nor dead when everything had time to settle. */
  readonly stuck: number
  readonly handled: number
  /** Handled more than once, which is allowed. */
  readonly handledAgain: number
  /** Dead because their handler rejected them. */
  readonly rejected: number
  /** Dead for no reason of their own. */
  readonly deadOtherwise: number
  readonly forgedHandled: number
}

/**
 * Compares what was acknowledged with what was handled and what the store has.
 *
 * @param handled times by id
 * @param stored states by id
 */
export function countOutcome(
  acknowledged: Sent['acknowledged'],
  handled: ReadonlyMap<string, number>,
  stored: ReadonlyMap<string, EventState>,
): Outcome {
  let lost = 0
  let stuck = 0
  let rejected = 0
  let deadOtherwise = 0
  for (const [id, { isRejected }] of acknowledged) {
    const state = stored.get(id)
    const isHandled = handled.has(id)
    if (state === undefined || (state === 'done' && !isHandled)) lost++
    else if (state === 'dead' && isRejected) rejected++
    else if (state === 'dead') deadOtherwise++
    else if (state !== 'done') stuck++
  }
  return {
    lost,
    stuck,
    rejected,
    deadOtherwise,
    handled: [...acknowledged.keys()].filter((id) => handled.has(id)).length,
    handledAgain: [...handled.values()].filter((times) => times > 1).length,
    forgedHandled: [...new Set([...handled.keys(), ...stored.keys()])].filter((id) => id.startsWith(forgedPrefix))
      .length,
  }
}
