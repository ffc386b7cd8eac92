import type { Delivery } from '../verify/delivery.ts'
import type { Scheme } from '../verify/schemes/scheme.ts'
import type { SignedClaim } from '../verify/schemes/signed-claim.ts'
import { isRefusal } from '../verify/verdict.ts'
import { workOf, type Search } from './search.ts'

const day = 86_400
// An edit that makes an old delivery fresh writes a later time, so most of the search goes back.
const furthestBack = 2 * day
const furthestAhead = 3_600

/**
 * Searches for the time that was signed, where another one stands beside the signature now.
 *
 * @returns what happened to it
 */
export function* findAlteredTime(
  schemes: readonly Scheme[],
  delivery: Delivery,
  secrets: readonly string[],
): Search<string | undefined> {
  for (const scheme of schemes) {
    const claim = scheme.kind === 'hmac' ? scheme.inspect(delivery) : undefined
    if (claim === undefined || isRefusal(claim) || claim.signedAt === undefined) continue
    const { texts = [], signedAt } = claim as Partial<SignedClaim> & { signedAt: number }
    const seconds = signedAt / 1000
    const place = texts.indexOf(String(seconds))
    const keys = secrets.map((secret) => scheme.prepareKey(secret)).filter((key) => key !== undefined)
    if (place < 0 || keys.length === 0) continue
    for (const offset of offsets()) {
      yield keys.length * workOf(delivery.body)
      const other = { ...claim, texts: texts.with(place, String(seconds + offset)) }
      if (!scheme.verify(other, delivery, keys)) continue
      return `it was signed ${Math.abs(offset)} s ${offset < 0 ? 'before' : 'after'} the time that stands there`
    }
  }
  return undefined
}

function* offsets(): Generator<number> {
  for (let offset = 1; offset <= furthestBack; offset++) yield -offset
  for (let offset = 1; offset <= furthestAhead; offset++) yield offset
}
