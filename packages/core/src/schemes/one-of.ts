import type { DeliveryHead } from '../delivery.ts'
import { isRefusal, type Refusal } from '../verdict.ts'
import type { Claim, Scheme } from './scheme.ts'

interface ChosenClaim extends Claim {
  readonly chosen: readonly { readonly scheme: Scheme; readonly index: number; readonly claim: Claim }[]
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
        const usable = keys.flatMap((key, keyIndex) => (key[index] === undefined ? [] : [{ keyIndex, key: key[index] }]))
        const match = scheme.verify(own, delivery, usable.map(({ key }) => key))
        if (match) return { ...match, keyIndex: usable[match.keyIndex]!.keyIndex }
      }
      return undefined
    },

    // A match names the alternative that proved it, so nobody asks the group.
    signedHeader: () => undefined,
    signedBytes: () => undefined,
  }

  function inspect(head: DeliveryHead): ChosenClaim | Refusal {
    const results = alternatives.map((scheme) => scheme.inspect(head))
    const chosen = results.flatMap((claim, index) =>
      isRefusal(claim) ? [] : [{ scheme: alternatives[index]!, index, claim }],
    )
    if (chosen.length === 0) return mostTelling(results as Refusal[])
    // An early refusal for age is only right when every alternative claims the same time.
    const [signedAt, ...others] = new Set(chosen.map(({ claim }) => claim.signedAt))
    return signedAt === undefined || others.length > 0 ? { chosen } : { chosen, signedAt }
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
