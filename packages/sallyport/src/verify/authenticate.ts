import { isAlreadyDecoded } from './already-decoded.ts'
import { decodeBody, decodeContent, readBytes, toBytes, type ContentEncoding, type JsonObject } from './decode.ts'
import { decodeInSlices } from './decode-in-slices.ts'
import type { BodyLimits, Delivery, DeliveryHead, IncomingDelivery } from './delivery.ts'
import { checkFreshness, checkPeriod, readBodyTimestamp } from './freshness.ts'
import { checkHead, type HeadFacts } from './head.ts'
import type { Provider } from './provider.ts'
import type { Claim, Match, Scheme, Verification } from './schemes/scheme.ts'
import { activeKeys, type KeyRing, type KeySource, type PreparedKey } from './secrets.ts'
import { isPromise, isRefusal, refuse, type Refusal } from './verdict.ts'

/** A key that matched. */
export interface Proof {
  readonly ok: true
  readonly keyId: string
  readonly match: Match
  /** Whose key it was, where a resolver named tenants. */
  readonly tenant: string | undefined
  /** The key itself, as its scheme prepared it; `undefined` where the scheme has its keys from elsewhere. */
  readonly key?: unknown
}

/** Reads what the headers claim; refuses what cannot be authentic, whatever the body is. */
export function inspectHead(scheme: Scheme, head: DeliveryHead, toleranceMs: number): Claim | Refusal {
  const claim = scheme.inspect(head)
  if (isRefusal(claim)) return claim
  const { signedAt } = claim
  const stale = signedAt === undefined ? undefined : checkFreshness(signedAt, head.receivedAt, toleranceMs)
  return stale ?? checkPeriod(claim, head.receivedAt, toleranceMs) ?? claim
}

/** Verifies the claim over the exact bytes with the active keys. A promise only where the scheme returns one. */
export function prove(
  scheme: Scheme,
  claim: Claim,
  delivery: Delivery,
  ring: KeyRing,
  toleranceMs: number,
): Proof | Refusal | Promise<Proof | Refusal> {
  const keys = activeKeys(ring, delivery.receivedAt)
  if (keys.length === 0) return refuse('SECRET_UNKNOWN')
  const found = scheme.verify(
    claim,
    delivery,
    keys.map(({ key }) => key),
  )
  const { tenant } = ring
  return isPromise(found)
    ? found.then((late) => conclude(scheme, late, { keys, tenant }, delivery.receivedAt, toleranceMs))
    : conclude(scheme, found, { keys, tenant }, delivery.receivedAt, toleranceMs)
}

function conclude(
  scheme: Scheme,
  found: Verification,
  { keys, tenant }: { readonly keys: readonly PreparedKey[]; readonly tenant: string | undefined },
  receivedAt: number,
  toleranceMs: number,
): Proof | Refusal {
  if (found === undefined) return refuse(scheme.needsBody ? 'SIGNATURE_MISMATCH' : 'CREDENTIAL_MISMATCH')
  if (isRefusal(found)) return found
  const { claim, keyIndex, keyId } = found
  // Checked again: with alternatives, `inspectHead` may not have known which time counts.
  const { from } = found.scheme.freshness
  if (from === 'signature' || from === 'header') {
    const stale = checkFreshness(claim.signedAt ?? Number.NaN, receivedAt, toleranceMs)
    if (stale) return stale
  }
  const outside = checkPeriod(claim, receivedAt, toleranceMs)
  const key = keys[keyIndex]
  return outside ?? { ok: true, keyId: keyId ?? key!.id, match: found, tenant, key: key?.key }
}

/** A verified body with its signed time. */
export interface SignedContent {
  readonly ok: true
  readonly body: JsonObject
  readonly signedAt: number | undefined
}

/** Checks the age of a verified and decoded body where it carries the signed time. */
export function readSignedContent(
  { match }: Proof,
  decoded: ReturnType<typeof decodeBody>,
  receivedAt: number,
  toleranceMs: number,
): SignedContent | Refusal {
  if (!decoded.ok) return decoded
  const { freshness } = match.scheme
  if (freshness.from !== 'body') return { ok: true, body: decoded.body, signedAt: match.claim.signedAt }
  const signedAt = readBodyTimestamp(decoded.body, freshness.path, freshness.unit)
  if (typeof signedAt !== 'number') return signedAt
  return checkFreshness(signedAt, receivedAt, toleranceMs) ?? { ok: true, body: decoded.body, signedAt }
}

/** A delivery whose sender is proven, with its decoded body. */
export interface Authentic extends Proof, SignedContent {
  /** As it arrived. */
  readonly delivery: Delivery
  /** As it was signed: the same, unless the signature covers the decoded form of a compressed body. */
  readonly signed: Delivery
  /** What the body is compressed with. */
  readonly encoding: ContentEncoding | undefined
  /** Set for an event that a program fetched itself: the id it has there, if any. */
  readonly fetched?: { readonly id: string | undefined } | undefined
}

/** What is known of a delivery so far, also of one that is refused. */
export interface KnownFacts {
  /** Announced length in bytes. */
  contentLength?: number | undefined
  /** Bytes read. */
  bodyBytes?: number | undefined
  keyId?: string | undefined
  tenant?: string | undefined
  /** Where the wait for the body is noted, for a delivery whose stages are timed. */
  timing?: { bodyMs: number } | undefined
}

/** Proves the sender of a delivery, or says why it cannot. Notes in `known` what it learns on the way. */
export type Authenticate = (
  incoming: Pick<IncomingDelivery, 'body'>,
  head: DeliveryHead,
  known: KnownFacts,
) => Promise<Authentic | Refusal>

/** What authentication enforces. */
export interface AuthenticationSettings extends BodyLimits {
  readonly toleranceMs: number
  /** Whether a head without `Content-Type` is refused. */
  readonly typeRequired: boolean
}

const empty = new Uint8Array()

/**
 * Makes the first stage. It checks everything in the head before it reads the body, then the signature over the exact bytes,
 * then the time in the decoded body.
 */
export function createAuthentication(
  provider: Provider,
  settings: AuthenticationSettings,
  keySource: KeySource,
): Authenticate {
  const { scheme } = provider
  const { toleranceMs, maxBodyBytes, typeRequired } = settings

  return async (incoming, head, known) => {
    const headFacts = checkHead(head, provider, maxBodyBytes, typeRequired)
    if (!headFacts.ok) return headFacts
    known.contentLength = headFacts.contentLength
    const claim = inspectHead(scheme, head, toleranceMs)
    if (isRefusal(claim)) return claim
    const early = scheme.needsBody ? undefined : await proveWithKeys(claim, { ...head, body: empty })
    if (early && !early.ok) return early

    const { body: source } = incoming
    const isKept = typeof source !== 'function'
    const { timing } = known
    const waitsFrom = timing === undefined ? 0 : performance.now()
    const received = toBytes(isKept ? source : await readBytes(source, settings))
    if (timing !== undefined) timing.bodyMs = performance.now() - waitsFrom
    known.bodyBytes = received.byteLength
    if (received.byteLength > maxBodyBytes) return refuse('BODY_TOO_LARGE')
    const delivery: Delivery = { ...head, body: received }
    const encoding = isKept ? encodingOfKept(received, headFacts) : headFacts.encoding
    if (typeof encoding === 'object') return encoding
    // Decompressed before the sender is proven only where the signature covers the result.
    const isWire = encoding === undefined || provider.contentEncoding?.signed !== 'decoded'
    const first = early ?? (isWire ? await proveWithKeys(claim, delivery) : undefined)
    if (first && !first.ok) return first
    const content = await decodeContent(received, encoding, provider.contentEncoding, maxBodyBytes)
    const signed: Delivery = content.signed === received ? delivery : { ...head, body: content.signed }
    const proof = first ?? (await proveWithKeys(claim, signed))
    if (!proof.ok) return proof
    const { keyId, tenant, match, key } = proof
    known.keyId = keyId
    known.tenant = tenant
    const { decoded: bytes } = content
    // No promise where the body is parsed in one turn.
    const decoded = provider.longText ? await decodeInSlices(bytes, provider) : decodeBody(bytes, provider)
    const signedContent = readSignedContent(proof, decoded, head.receivedAt, toleranceMs)
    if (!signedContent.ok) return signedContent
    const { body, signedAt } = signedContent
    return { ok: true, keyId, tenant, match, key, delivery, signed, encoding, body, signedAt }
  }

  // What is left to undo in bytes that a host kept. A signature over the wire bytes is lost once they are decompressed; where
  // the length is the announced one, the host did nothing, and the sender's header is wrong.
  function encodingOfKept(body: Uint8Array, { encoding, contentLength }: HeadFacts): HeadFacts['encoding'] | Refusal {
    if (encoding === undefined || !isAlreadyDecoded(body)) return encoding
    if (provider.contentEncoding?.signed === 'decoded') return undefined
    return refuse(contentLength === body.byteLength ? 'CONTENT_ENCODING_INVALID' : 'BODY_ALREADY_DECODED')
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
