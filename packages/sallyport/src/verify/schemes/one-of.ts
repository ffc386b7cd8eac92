import type { DeliveryHead } from '../delivery.ts'
import type { Freshness } from '../freshness.ts'
import { isRefusal, type Refusal } from '../verdict.ts'
import { readSecretHeaders, type Claim, type Scheme } from './scheme.ts'

/** What the alternatives make of the headers, in their order; the last of them may not have been asked yet. */
interface Findings extends Claim {
  readonly found: readonly (Claim | Refusal)[]
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
  const readOneTime = alternatives.every((scheme) => readSameHeader(scheme.freshness, first.freshness))

  return {
    kind: first.kind,
    needsBody: true,
    freshness: first.freshness,
    secretHeaders: alternatives.flatMap(readSecretHeaders),
    alternatives,
    describe: () => ({ ...first.describe(), also: alternatives.slice(1).map(describeAlternative) }),
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

    // A match names the alternative that proved it, so nobody asks the group.
    signedHeader: () => undefined,
    signedBytes: () => undefined,
  }

  function inspect(head: DeliveryHead): Findings | Refusal {
    const found: (Claim | Refusal)[] = []
    for (const scheme of alternatives) {
      const claim = scheme.inspect(head)
      found.push(claim)
      // Where all read one time, the others cannot disagree about it: they are asked only if this one proves nothing.
      if (readOneTime && !isRefusal(claim)) return toFindings(found, claim.signedAt)
    }
    const claims = found.filter((claim): claim is Claim => !isRefusal(claim))
    if (claims.length === 0) return mostTelling(found as Refusal[])
    // An early refusal for age is only right when every alternative claims the same time.
    const { signedAt } = claims[0]!
    const isAgreed = signedAt !== undefined && claims.every((claim) => claim.signedAt === signedAt)
    return toFindings(found, isAgreed ? signedAt : undefined)
  }
}

function toFindings(found: readonly (Claim | Refusal)[], signedAt: number | undefined): Findings {
  return signedAt === undefined ? { found } : { found, signedAt }
}

function readSameHeader(one: Freshness, other: Freshness): boolean {
  return one.from === 'header' && other.from === 'header' && one.name === other.name && one.unit === other.unit
}

function describeAlternative(scheme: Scheme): string {
  const { algorithm, header, freshness } = scheme.describe()
  return `or ${algorithm} in ${header}, freshness ${freshness}`
}

// "Missing" says only that this alternative was not used; what another one found wrong with its own is the better reason.
function mostTelling(refusals: readonly Refusal[]): Refusal {
  return refusals.find(({ code }) => code !== 'SIGNATURE_MISSING') ?? refusals[0]!
}
