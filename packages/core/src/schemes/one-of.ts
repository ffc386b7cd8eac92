import type { DeliveryHead } from '../delivery.ts'
import { isRefusal, type Refusal } from '../verdict.ts'
import type { Claim, Scheme } from './scheme.ts'

/** An alternative that the headers speak of. */
interface Choice {
  readonly scheme: Scheme
  readonly index: number
  readonly claim: Claim
}

interface ChosenClaim extends Claim {
  readonly chosen: readonly Choice[]
}

/**
 * A sender that signs in more than one way: the first alternative that verifies counts, and only what that one covers is
 * trusted. A secret belongs to every alternative that can read it, so key forms must not overlap where algorithms differ
 * (`whsec_…`, `whpk_…`).
 *
 * @param alternatives the preferred one first
 * @example
 * oneOf(hmac({ … }), ed25519({ … }))
 */
export function oneOf(...alternatives: readonly [Scheme, ...Scheme[]]): Scheme {
  const [first] = alternatives

  return {
    kind: first.kind,
    needsBody: true,
    freshness: first.freshness,
    describe: () => ({ ...first.describe(), also: alternatives.slice(1).map(describeAlternative) }),
    inspect,

    prepareKey(secret) {
      const keys = alternatives.map((scheme) => scheme.prepareKey(secret))
      return keys.every((key) => key === undefined) ? undefined : keys
    },

    verify(claim: ChosenClaim, delivery, keys: readonly unknown[][]) {
      for (const { scheme, index, claim: own } of claim.chosen) {
        const usable: unknown[] = []
        const places: number[] = []
        for (let place = 0; place < keys.length; place++) {
          const key = keys[place]![index]
          if (key === undefined) continue
          usable.push(key)
          places.push(place)
        }
        const match = scheme.verify(own, delivery, usable)
        if (match) return { keyIndex: places[match.keyIndex]!, scheme: match.scheme, claim: match.claim }
      }
      return undefined
    },

    // A match names the alternative that proved it, so nobody asks the group.
    signedHeader: () => undefined,
    signedBytes: () => undefined,
  }

  function inspect(head: DeliveryHead): ChosenClaim | Refusal {
    const chosen: Choice[] = []
    const refusals: Refusal[] = []
    for (let index = 0; index < alternatives.length; index++) {
      const scheme = alternatives[index]!
      const claim = scheme.inspect(head)
      if (isRefusal(claim)) refusals.push(claim)
      else chosen.push({ scheme, index, claim })
    }
    if (chosen.length === 0) return mostTelling(refusals)
    // An early refusal for age is only right when every alternative claims the same time.
    const { signedAt } = chosen[0]!.claim
    const isAgreed = signedAt !== undefined && chosen.every(({ claim }) => claim.signedAt === signedAt)
    return isAgreed ? { chosen, signedAt } : { chosen }
  }
}

function describeAlternative(scheme: Scheme): string {
  const { algorithm, header, freshness } = scheme.describe()
  return `or ${algorithm} in ${header}, freshness ${freshness}`
}

// "Missing" says only that this alternative was not used; what another one found wrong with its own is the better reason.
function mostTelling(refusals: readonly Refusal[]): Refusal {
  return refusals.find(({ code }) => code !== 'SIGNATURE_MISSING') ?? refusals[0]!
}
