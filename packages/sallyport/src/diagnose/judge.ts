import { decodeInSlices } from '../verify/decode-in-slices.ts'
import type { Delivery } from '../verify/delivery.ts'
import type { Provider } from '../verify/provider.ts'
import type { Claim, Scheme } from '../verify/schemes/scheme.ts'
import type { PreparedKey } from '../verify/secrets.ts'
import { identify } from '../verify/identify.ts'
import { inspectHead, prove, readSignedContent, type Proof, type SignedContent } from '../verify/authenticate.ts'
import { isRefusal, type Refusal } from '../verify/verdict.ts'
import { workOf } from './search.ts'

/** A delivery that verified, with what it is. */
export interface Judged {
  readonly ok: true
  readonly proof: Proof
  readonly content: SignedContent
}

/** Takes a delivery through authentication, as a receiver would. */
export async function judge(
  provider: Provider,
  delivery: Delivery,
  keys: readonly PreparedKey[],
  toleranceMs: number,
): Promise<Judged | Refusal> {
  const { scheme } = provider
  const claim = inspectHead(scheme, delivery, toleranceMs)
  if (isRefusal(claim)) return claim
  const proof = await prove(scheme, claim, delivery, { keys, tenant: undefined }, toleranceMs)
  if (!proof.ok) return proof
  const decoded = await decodeInSlices(delivery.body, provider)
  const content = readSignedContent(proof, decoded, delivery.receivedAt, toleranceMs)
  return content.ok ? { ok: true, proof, content } : content
}

/** Whether a scheme proves a claim at once: a search waits for nothing. */
function provesClaim(scheme: Scheme, claim: Claim, delivery: Delivery, keys: readonly unknown[]): boolean {
  const found = scheme.verify(claim, delivery, keys)
  return found !== undefined && 'keyIndex' in found
}

/** Whether a scheme proves a delivery, whatever its age and content. */
function provesWith(scheme: Scheme, delivery: Delivery, keys: readonly unknown[]): boolean {
  const usable = keys.filter((key) => key !== undefined)
  if (usable.length === 0) return false
  const claim = scheme.inspect(delivery)
  return !isRefusal(claim) && provesClaim(scheme, claim, delivery, usable)
}

/** Whether any of the schemes proves a delivery with a secret, whatever its age and content. */
export function proves(schemes: readonly Scheme[], delivery: Delivery, secrets: readonly string[]): boolean {
  return schemes.some((scheme) =>
    provesWith(
      scheme,
      delivery,
      secrets.map((secret) => scheme.prepareKey(secret)),
    ),
  )
}

/** Tries bodies for one head: claims and keys are prepared once. */
export interface BodyProver {
  /** Of one try, in hashed bytes. */
  readonly work: number
  readonly proves: (body: Uint8Array) => boolean
}

/** Makes a prover of bodies; `undefined` if the headers make no claim, or no secret is a key. */
export function createBodyProver(
  schemes: readonly Scheme[],
  delivery: Delivery,
  secrets: readonly string[],
): BodyProver | undefined {
  const ready = schemes.flatMap((scheme) => {
    const claim = scheme.needsBody ? scheme.inspect(delivery) : undefined
    const keys = secrets.map((secret) => scheme.prepareKey(secret)).filter((key) => key !== undefined)
    return claim === undefined || isRefusal(claim) || keys.length === 0 ? [] : [{ scheme, claim, keys }]
  })
  if (ready.length === 0) return undefined
  return {
    work: ready.reduce((sum, { scheme, keys }) => sum + keys.length * workOf(delivery.body, scheme.kind), 0),
    proves: (body) => ready.some(({ scheme, claim, keys }) => provesClaim(scheme, claim, { ...delivery, body }, keys)),
  }
}

/** What a provider says of a verified delivery: its type, or why it names none. */
export function nameOf(
  provider: Provider,
  delivery: Delivery,
  { proof, content }: Judged,
): { readonly type: string } | Refusal {
  const { scheme, claim } = proof.match
  return identify(provider, content.body, delivery.headers, (name) => scheme.signedHeader(claim, name))
}
