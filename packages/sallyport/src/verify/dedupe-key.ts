import { createHash } from 'node:crypto'
import type { Delivery } from './delivery.ts'
import type { Proof } from './prove.ts'

/**
 * Names the event by signed content alone: the sender's own signed id, or a digest of everything signed. The digest covers
 * the signed time too, so that two honest events with equal bodies are never merged. `undefined` when nothing is signed: no
 * two deliveries can be told to be the same then.
 *
 * @param trustIds false when several senders share the receiver without a tenant name: one could then use up another's ids
 */
export function nameEvent(
  id: string | undefined,
  proof: Proof,
  signed: Delivery,
  trustIds: boolean,
): string | undefined {
  if (id !== undefined && id !== '' && trustIds) return id
  const pieces = proof.match.scheme.signedBytes(proof.match.claim, signed)
  if (pieces === undefined) return undefined
  const digest = createHash('sha256')
  for (const piece of pieces) typeof piece === 'string' ? digest.update(piece, 'latin1') : digest.update(piece)
  return `sha256:${digest.digest('hex')}`
}

const maxPlainLength = 200

/** The key in the replay guard; of bounded length, and never equal for two providers or two tenants. */
export function toDedupeKey(provider: string, tenant: string | undefined, id: string): string {
  const plain = JSON.stringify([provider, tenant ?? null, id])
  return plain.length <= maxPlainLength ? plain : `sha256:${createHash('sha256').update(plain).digest('hex')}`
}
