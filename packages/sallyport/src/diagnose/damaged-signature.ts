import { createHmac, type KeyObject } from 'node:crypto'
import type { Delivery } from '../verify/delivery.ts'
import type { Scheme } from '../verify/schemes/scheme.ts'
import type { SignedClaim } from '../verify/schemes/signed-claim.ts'
import { isRefusal } from '../verify/verdict.ts'

// Under a wrong secret nearly all bytes differ: that 16 agree by chance does not happen.
const mostDifferentBytes = 4

/** Whether the signature is right but for a few bytes; says how many, never which. */
export function findDamage(
  schemes: readonly Scheme[],
  delivery: Delivery,
  secrets: readonly string[],
): string | undefined {
  for (const scheme of schemes) {
    if (scheme.kind !== 'hmac') continue
    const claim = scheme.inspect(delivery)
    const pieces = isRefusal(claim) ? undefined : scheme.signedBytes(claim, delivery)
    if (pieces === undefined) continue
    const algorithm = scheme.describe().algorithm.slice('HMAC-'.length)
    for (const secret of secrets) {
      const key = scheme.prepareKey(secret) as KeyObject | undefined
      if (key === undefined) continue
      const mac = createHmac(algorithm, key)
      for (const piece of pieces) typeof piece === 'string' ? mac.update(piece, 'latin1') : mac.update(piece)
      const expected = mac.digest()
      for (const given of (claim as Partial<SignedClaim>).signatures ?? []) {
        const different = given.filter((byte, index) => byte !== expected[index]).length
        if (different <= mostDifferentBytes) return `${different} of ${expected.length} bytes differ`
      }
    }
  }
  return undefined
}
