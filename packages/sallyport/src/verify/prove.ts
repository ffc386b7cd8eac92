import { decodeBody, type JsonObject } from './decode.ts'
import type { Delivery, DeliveryHead } from './delivery.ts'
import { checkFreshness, readBodyTimestamp } from './freshness.ts'
import type { Claim, Match, Scheme } from './schemes/scheme.ts'
import { activeKeys, type KeyRing } from './secrets.ts'
import { isRefusal, refuse, type Refusal } from './verdict.ts'

/** A delivery whose sender is proven. */
export interface Proof {
  readonly ok: true
  readonly keyId: string
  readonly match: Match
  /** Whose key it was, where a resolver named tenants. */
  readonly tenant?: string
}

/** Reads what the headers claim; refuses what cannot be authentic whatever the body says. */
export function inspectHead(scheme: Scheme, head: DeliveryHead, toleranceMs: number): Claim | Refusal {
  const claim = scheme.inspect(head)
  if (isRefusal(claim) || claim.signedAt === undefined) return claim
  return checkFreshness(claim.signedAt, head.receivedAt, toleranceMs) ?? claim
}

/** Verifies the claim over the exact bytes with the keys that count now. */
export function prove(
  scheme: Scheme,
  claim: Claim,
  delivery: Delivery,
  ring: KeyRing,
  toleranceMs: number,
): Proof | Refusal {
  const keys = activeKeys(ring, delivery.receivedAt)
  if (keys.length === 0) return refuse('SECRET_UNKNOWN')
  const match = scheme.verify(
    claim,
    delivery,
    keys.map(({ key }) => key),
  )
  if (match === undefined) return refuse(scheme.needsBody ? 'SIGNATURE_MISMATCH' : 'CREDENTIAL_MISMATCH')
  // Asked again of what was proven: with alternatives, `inspectHead` may not have had one time to judge by.
  const { from } = match.scheme.freshness
  if (from === 'signature' || from === 'header') {
    const stale = checkFreshness(match.claim.signedAt ?? Number.NaN, delivery.receivedAt, toleranceMs)
    if (stale) return stale
  }
  const proof = { ok: true, keyId: keys[match.keyIndex]!.id, match } as const
  return ring.tenant === undefined ? proof : { ...proof, tenant: ring.tenant }
}

/** A verified body with its signed time. */
export interface SignedContent {
  readonly ok: true
  readonly body: JsonObject
  readonly signedAt: number | undefined
}

/** Decodes a verified body, and judges its age where the signed time stands inside. */
export function readSignedContent(
  proof: Proof,
  content: Uint8Array,
  receivedAt: number,
  toleranceMs: number,
): SignedContent | Refusal {
  const decoded = decodeBody(content)
  if (!decoded.ok) return decoded
  const { freshness } = proof.match.scheme
  if (freshness.from !== 'body') return { ok: true, body: decoded.body, signedAt: proof.match.claim.signedAt }
  const signedAt = readBodyTimestamp(decoded.body, freshness.path, freshness.unit)
  if (typeof signedAt !== 'number') return signedAt
  return checkFreshness(signedAt, receivedAt, toleranceMs) ?? { ok: true, body: decoded.body, signedAt }
}
