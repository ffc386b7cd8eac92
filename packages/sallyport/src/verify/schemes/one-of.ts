import type { Delivery, DeliveryHead } from '../delivery.ts'
import { failProvider } from '../check-provider.ts'
import type { Freshness } from '../freshness.ts'
import { isPromise, isRefusal, type Refusal } from '../verdict.ts'
import { carriesProof } from './carries-proof.ts'
import type { Claim, Match, Scheme, Verification } from './scheme.ts'

/** What each alternative read from the headers, in order; the last ones may not have been asked yet. */
interface Findings extends Claim {
  readonly found: readonly (Claim | Refusal)[]
}

/** For each secret, the key that each alternative made of it. */
type GroupKeys = readonly (readonly unknown[] | undefined)[]

/** The keys of one alternative, and where each is among those of the group. */
interface AlternativeKeys {
  readonly usable: readonly unknown[]
  readonly places: readonly number[]
}

/**
 * A sender that signs in more than one way. The first alternative that verifies counts, and only what it covers is trusted. A
 * secret is a key for every alternative that can read it, so key formats must not overlap where algorithms differ (`whsec_…`,
 * `whpk_…`). Where none verifies, an alternative that could not be checked, such as one without its key, is the reason.
 *
 * @param alternatives the preferred one first
 * @example
 * oneOf(hmac({ … }), ed25519({ … }))
 */
export function oneOf(...alternatives: readonly [Scheme, ...Scheme[]]): Scheme {
  // A rest parameter is an array of this call's own.
  Object.freeze(alternatives)
  const [first] = alternatives
  if (alternatives.some(({ signedBody }) => signedBody !== undefined))
    failProvider('oneOf: a scheme that signs only members of the body cannot be one of several; use it alone')
  const readOneTime = alternatives.every((scheme) => readSameHeader(scheme.freshness, first.freshness))

  const group: Scheme = {
    kind: first.kind,
    needsBody: true,
    isAsync: alternatives.some(({ isAsync }) => isAsync === true),
    needsSecret: alternatives.some(({ needsSecret }) => needsSecret !== false),
    freshness: first.freshness,
    secretHeaders: Object.freeze(alternatives.flatMap(({ secretHeaders }) => secretHeaders)),
    alternatives,
    carriesProof: (head) => alternatives.some((scheme) => carriesProof(scheme, head)),
    definition: () => ({ kind: 'one-of', alternatives }),
    describe: () => ({ ...first.describe(), also: [...new Set(alternatives.slice(1).map(describeAlternative))] }),
    inspect,

    prepareKey(secret) {
      const keys = alternatives.map((scheme) => scheme.prepareKey(secret))
      return keys.every((key) => key === undefined) ? undefined : keys
    },

    verify: (claim: Findings, delivery, keys: GroupKeys) => verifyFrom(0, claim, delivery, keys, undefined),

    // A match names the alternative that proved it; the group itself is never asked.
    signedHeader: () => undefined,
    signedBytes: () => undefined,
  }
  return Object.freeze(group)

  // Goes on at once where it can; the rest waits only for an alternative that returns a promise.
  function verifyFrom(
    start: number,
    claims: Findings,
    delivery: Delivery,
    keys: GroupKeys,
    refused: Refusal | undefined,
  ): Verification | Promise<Verification> {
    let reason = refused
    for (let index = start; index < alternatives.length; index++) {
      const scheme = alternatives[index]!
      const claim = claims.found[index] ?? scheme.inspect(delivery)
      if (isRefusal(claim)) continue
      const { usable, places } = keysOf(index, keys)
      const outcome = scheme.verify(claim, delivery, usable)
      if (isPromise(outcome))
        return outcome.then((late) =>
          isMatch(late) ? inGroup(late, places) : verifyFrom(index + 1, claims, delivery, keys, reason ?? late),
        )
      if (isMatch(outcome)) return inGroup(outcome, places)
      reason ??= outcome
    }
    return reason
  }

  function keysOf(index: number, keys: GroupKeys): AlternativeKeys {
    if (alternatives[index]!.needsSecret === false) return { usable: [undefined], places: [0] }
    const usable: unknown[] = []
    const places: number[] = []
    for (let place = 0; place < keys.length; place++) {
      const key = keys[place]?.[index]
      if (key === undefined) continue
      usable.push(key)
      places.push(place)
    }
    return { usable, places }
  }

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

const isMatch = (outcome: Verification): outcome is Match => outcome !== undefined && 'keyIndex' in outcome

function inGroup({ keyIndex, keyId, scheme, claim }: Match, places: readonly number[]): Match {
  return { keyIndex: places[keyIndex]!, keyId, scheme, claim }
}

function readSameHeader(one: Freshness, other: Freshness): boolean {
  return one.from === 'header' && other.from === 'header' && one.name === other.name && one.unit === other.unit
}

function describeAlternative(scheme: Scheme): string {
  const { algorithm, header, parameter, freshness } = scheme.describe()
  return `or ${algorithm} in ${parameter === undefined ? header : `URL parameter ${parameter}`}, freshness ${freshness}`
}

// "Missing" only says that this alternative was not used; a problem another one found is the better reason.
function mostTelling(refusals: readonly Refusal[]): Refusal {
  return refusals.find(({ code }) => code !== 'SIGNATURE_MISSING') ?? refusals[0]!
}
