import { decodeContent } from './content.ts'
import type { JsonObject } from './decode.ts'
import type { Delivery, DeliveryHead, IncomingDelivery } from './delivery.ts'
import type { Facts } from '../receive/facts.ts'
import type { KeySource } from './key-source.ts'
import type { Settings } from '../receive/options.ts'
import type { ContentEncoding, Provider } from './provider.ts'
import type { Claim } from './schemes/scheme.ts'
import { isRefusal, refuse, type Refusal } from './verdict.ts'
import { inspectHead, prove, readSignedContent, type Proof } from './prove.ts'
import { checkHead } from './check-head.ts'

/** A delivery whose sender is proven, with its decoded body. */
export interface Authentic {
  readonly ok: true
  /** As it arrived. */
  readonly delivery: Delivery
  /** As it was signed: the same, unless the signature covers the decoded form of a compressed body. */
  readonly signed: Delivery
  /** What the body is compressed with. */
  readonly encoding: ContentEncoding | undefined
  readonly proof: Proof
  readonly body: JsonObject
  readonly signedAt: number | undefined
  /** Set where a source stands for the sender: the name it gives the event, if any. */
  readonly vouched?: { readonly id: string | undefined }
}

/** The first stage: proves the sender, or says why that cannot be. */
export type Authenticate = (
  incoming: IncomingDelivery,
  head: DeliveryHead,
  facts: Facts,
) => Promise<Authentic | Refusal>

const empty = new Uint8Array()

/**
 * Makes the first stage: everything the head can show is judged before the body is read, then the signature over the exact
 * bytes, then the decoded body's own time.
 */
export function createAuthentication(provider: Provider, settings: Settings, keySource: KeySource): Authenticate {
  const { scheme } = provider
  const { toleranceMs, maxBodyBytes } = settings

  return async (incoming, head, facts) => {
    const headFacts = checkHead(head, provider, maxBodyBytes)
    if (!headFacts.ok) return headFacts
    if (headFacts.contentLength !== undefined) facts.known.contentLength = headFacts.contentLength
    const claim = inspectHead(scheme, head, toleranceMs)
    if (isRefusal(claim)) return claim
    const early = scheme.needsBody ? undefined : await proveWithKeys(claim, { ...head, body: empty })
    if (early && !early.ok) return early

    const received = typeof incoming.body === 'function' ? await incoming.body(settings) : incoming.body
    facts.known.bodyBytes = received.byteLength
    if (received.byteLength > maxBodyBytes) return refuse('BODY_TOO_LARGE')
    const delivery: Delivery = { ...head, body: received }
    const content = await decodeContent(received, headFacts.encoding, provider, maxBodyBytes)
    const signed: Delivery = content.signed === received ? delivery : { ...head, body: content.signed }
    const proof = early ?? (await proveWithKeys(claim, signed))
    if (!proof.ok) return proof
    return readProven(proof, { delivery, signed, encoding: headFacts.encoding }, content.decoded, facts)
  }

  function readProven(
    proof: Proof,
    arrived: Pick<Authentic, 'delivery' | 'signed' | 'encoding'>,
    decoded: Uint8Array,
    facts: Facts,
  ): Authentic | Refusal {
    facts.known.keyId = proof.keyId
    if (proof.tenant !== undefined) facts.known.tenant = proof.tenant
    const content = readSignedContent(proof, decoded, arrived.delivery.receivedAt, toleranceMs)
    return content.ok ? { ...arrived, ok: true, proof, body: content.body, signedAt: content.signedAt } : content
  }

  // No promise where the keys are known.
  function proveWithKeys(claim: Claim, delivery: Delivery): Proof | Refusal | Promise<Proof | Refusal> {
    const { fixed } = keySource
    return fixed ? prove(scheme, claim, delivery, fixed, toleranceMs) : proveWithResolved(claim, delivery)
  }

  async function proveWithResolved(claim: Claim, delivery: Delivery): Promise<Proof | Refusal> {
    const ring = await keySource.resolve(delivery)
    return isRefusal(ring) ? ring : prove(scheme, claim, delivery, ring, toleranceMs)
  }
}
