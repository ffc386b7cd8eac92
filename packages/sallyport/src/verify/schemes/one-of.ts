import type { DeliveryHead } from '../delivery.ts'
import type { Freshness } from '../freshness.ts'
import { isRefusal, type Refusal } from '../verdict.ts'
import type { Claim, Scheme } from './scheme.ts'

/** What each alternative read from the headers, in order; the last ones may not have been asked yet. */
interface Findings extends Claim {
  readonly found: readonly (Claim | Refusal)[]
}

/**
 * A sender that signs in more than one way. The first alternative that verifies counts, and only what it covers is trusted. A
 * secret is a key for every alternative that can read it, so key formats must not overlap where algorithms differ (`whsec_…`,
 * `whpk_…`).
 *
 * @param alternatives the preferred one first
 * @example
 * oneOf(hmac({ … }), ed25519({ … }))
 */
export function oneOf(...alternatives: readonly [Scheme, ...Scheme[]]): Scheme {
  // A rest parameter is an array of this call's own.
  Object.freeze(alternatives)
  const [first] = alternatives
  const readOneTime = alternatives.every((scheme) => readSameHeader(scheme.freshness, first.freshness))

  const group: Scheme = {
    kind: first.kind,
    needsBody: true,
    freshness: first.freshness,
    secretHeaders: Object.freeze(alternatives.flatMap(({ secretHeaders }) => secretHeaders)),
    alternatives,
    definition: () => ({ kind: 'one-of', alternatives }),
    describe: () => ({ ...first.describe(), also: [...new Set(alternatives.slice(1).map(describeAlternative))] }),
    inspect,

    prepareKey(secret) {
      const keys = alternatives.map((scheme) => scheme.prepareKey(secret))
      return keys.every((key) => key === undefined) ? undefined : keys
    },

    verify({ found }: Findings, delivery, keys: readonly unknown[][]) {
      for (let index = 0; index < alternatives.length; index++) {
        const scheme = alternatives[index]!
        const claim = found[index] ?? scheme.inspect(delivery)
        if (isRefusal(claim)) continue
        const usable: unknown[] = []
        const places: number[] = []
        for (let place = 0; place < keys.length; place++) {
          const key = keys[place]![index]
          if (key === undefined) continue
          usable.push(key)
          places.push(place)
        }
        const match = scheme.verify(claim, delivery, usable)
        if (match) return { keyIndex: places[match.keyIndex]!, scheme: match.scheme, claim: match.claim }
      }
      return undefined
    },

    // A match names the alternative that proved it; the group itself is never asked.
    signedHeader: () => undefined,
    signedBytes: () => undefined,
  }
  return Object.freeze(group)

  function inspect(head: DeliveryHead): Findings | Refusal {
    const found: (Claim | Refusal)[] = []
    for (const scheme of alternatives) {
      const claim = scheme.inspect(head)
      found.push(claim)
      // All read the same time here, so the others are asked only if this one proves nothing.
      if (readOneTime && !isRefusal(claim)) return { found, signedAt: claim.signedAt }
    }
    const claims = found.filter((claim): claim is Claim => !isRefusal(claim))
    if (claims.length === 0) return mostTelling(found as Refusal[])
    // Refuse early for age only when every alternative claims a time: the freshest then speaks for all.
    const times = claims.map(({ signedAt }) => signedAt)
    if (times.includes(undefined)) return { found }
    const ageOf = (signedAt: number | undefined): number => Math.abs(head.receivedAt - signedAt!)
    return { found, signedAt: times.reduce((best, time) => (ageOf(time) < ageOf(best) ? time : best)) }
  }
}

function readSameHeader(one: Freshness, other: Freshness): boolean {
  return one.from === 'header' && other.from === 'header' && one.name === other.name && one.unit === other.unit
}

function describeAlternative(scheme: Scheme): string {
  const { algorithm, header, freshness } = scheme.describe()
  return `or ${algorithm} in ${header}, freshness ${freshness}`
}

// "Missing" only says that this alternative was not used; a problem another one found is the better reason.
function mostTelling(refusals: readonly Refusal[]): Refusal {
  return refusals.find(({ code }) => code !== 'SIGNATURE_MISSING') ?? refusals[0]!
}
