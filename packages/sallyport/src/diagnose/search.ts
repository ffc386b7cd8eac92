import { setImmediate as nextTurn } from 'node:timers/promises'

/** A search that yields the work of each try before doing it, so that a driver can pause or end it. */
export type Search<Result> = Generator<number, Result, undefined>

/** How much a search may still do, and whether it ended for lack of it. */
export interface Budget {
  left: number
  isSpent: boolean
}

// What a signature costs beside hashing, as bytes that are hashed in that time.
const leastWork = { hmac: 4 * 1024, keyPair: 256 * 1024 } as const
// Some milliseconds: timers and requests of the same program get their turn.
const workPerTurn = 16 * 1024 * 1024

/** The work of one signature over a body, in hashed bytes. */
export function workOf(body: Uint8Array, kind: string = 'hmac'): number {
  return body.byteLength + (kind === 'ed25519' || kind === 'public-key' ? leastWork.keyPair : leastWork.hmac)
}

/** Runs a search to its end, in turns of the event loop. */
export async function runInTurns<Result>(search: Search<Result>): Promise<Result> {
  let work = 0
  for (;;) {
    const step = search.next()
    if (step.done) return step.value
    work += step.value
    if (work < workPerTurn) continue
    work = 0
    await nextTurn()
  }
}

/** Runs a search until it has spent the budget. */
export function* within<Found>(budget: Budget, search: Search<Found | undefined>): Search<Found | undefined> {
  for (;;) {
    const step = search.next()
    if (step.done) return step.value
    if (step.value > budget.left) {
      budget.isSpent = true
      return undefined
    }
    budget.left -= step.value
    yield step.value
  }
}
