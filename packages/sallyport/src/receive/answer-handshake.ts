import type { Authentic } from '../verify/authenticate.ts'
import { decodeBody, readBytes, toBytes } from '../verify/decode.ts'
import type { Delivery, DeliveryHead, IncomingDelivery } from '../verify/delivery.ts'
import { createMac, isPlainChallenge, type Handshake, type HandshakeAnswer } from '../verify/handshake.ts'
import { checkHead } from '../verify/head.ts'
import type { Provider, SignedView } from '../verify/provider.ts'
import { carriesProof } from '../verify/schemes/carries-proof.ts'
import type { Scheme } from '../verify/schemes/scheme.ts'
import { isRefusal, refuse, type Refusal } from '../verify/verdict.ts'
import { handshakeReply, type Reply } from './reply.ts'

/** HTTP methods that a receiver answers other than with 405. */
export function methodsOf({ handshake }: Provider): string[] {
  return ['POST', ...(handshake?.get ? ['GET'] : []), ...(handshake?.head === true ? ['HEAD'] : [])]
}

/**
 * Answers a handshake that the sender does not sign; `undefined` for a delivery.
 *
 * @param run runs the provider's function, within the time that a handler has
 */
export async function answerUnproven(
  provider: Provider,
  handshake: Handshake,
  incoming: Pick<IncomingDelivery, 'body'>,
  head: DeliveryHead,
  bodyTimeoutMs: number,
  run: (work: () => unknown) => Promise<unknown>,
): Promise<Reply | Refusal | undefined> {
  const { get, head: answersHead, unsigned } = handshake
  if (head.method === 'GET' && get) return toReply(get.answer(head.url))
  if (head.method === 'HEAD' && answersHead === true) return handshakeReply('')
  if (head.method !== 'POST' || unsigned === undefined) return undefined
  const hasProof = carriesProof(provider.scheme, head)
  if (hasProof && unsigned.selfSigned !== true) return undefined
  const found = await readText(provider, unsigned.member, incoming, head, bodyTimeoutMs)
  if (found === undefined || (hasProof && !signsItself(provider.scheme, found))) return undefined
  await run(() => unsigned.receive(found.text))
  return handshakeReply('')
}

/**
 * A delivery whose body can be read twice: a handshake with a signature may be a delivery. The body is asked for when it is needed,
 * because a host's may throw then.
 */
export function keepBody(
  { unsigned }: Handshake,
  incoming: Pick<IncomingDelivery, 'body'>,
): Pick<IncomingDelivery, 'body'> {
  if (unsigned?.selfSigned !== true) return incoming
  let bytes: Promise<Uint8Array> | undefined
  return {
    get body(): IncomingDelivery['body'] {
      const { body } = incoming
      return typeof body === 'function' ? (limits) => (bytes ??= body(limits)) : body
    },
  }
}

/** The text of an unsigned handshake, with the delivery that has it. */
interface UnsignedText {
  readonly text: string
  readonly delivery: Delivery
}

/** Whether a delivery is signed with its own text as the secret, by a scheme that is one `hmac`. */
function signsItself(scheme: Scheme, { text, delivery }: UnsignedText): boolean {
  const claim = scheme.inspect(delivery)
  const key = scheme.prepareKey(text)
  const match = isRefusal(claim) || key === undefined ? undefined : scheme.verify(claim, delivery, [key])
  return typeof match === 'object' && 'keyIndex' in match
}

// A token and its name. Nothing more is read of what nobody has signed.
const maxUnsignedBytes = 4_096

/** Reads an unsigned handshake; `undefined` for any other body, which is refused as unsigned. */
async function readText(
  provider: Provider,
  member: string,
  { body: source }: Pick<IncomingDelivery, 'body'>,
  head: DeliveryHead,
  bodyTimeoutMs: number,
): Promise<UnsignedText | undefined> {
  const facts = checkHead(head, provider, maxUnsignedBytes, true)
  // A stream is read only if its head says that it is short.
  const isShort = typeof source !== 'function' || (facts.ok && facts.contentLength !== undefined)
  if (!facts.ok || !isShort || facts.encoding !== undefined) return undefined
  const limits = { maxBodyBytes: maxUnsignedBytes, bodyTimeoutMs }
  const bytes = toBytes(typeof source === 'function' ? await readBytes(source, limits) : source)
  const decoded = bytes.byteLength > maxUnsignedBytes ? refuse('BODY_TOO_LARGE') : decodeBody(bytes)
  if (!decoded.ok) return undefined
  const [[name, text] = [], ...others] = Object.entries(decoded.body)
  const isText = name === member && others.length === 0 && isPlainChallenge(text)
  return isText ? { text, delivery: { ...head, body: bytes } } : undefined
}

/**
 * Answers a handshake that the sender signs; `undefined` for an event.
 *
 * @throws SallyportError `HANDSHAKE_INVALID` for a text that the answer may not have
 */
export function answerProven(
  { scheme }: Provider,
  { signed, signedWithMac }: Handshake,
  { match, body, signed: delivery, key }: Authentic,
): Reply | Refusal | undefined {
  const view: SignedView = {
    body: scheme.signedBody?.(body) ?? body,
    unsignedBody: body,
    unsignedHeaders: delivery.headers,
    signedHeader: (name) => match.scheme.signedHeader(match.claim, name.toLowerCase()),
  }
  const answer = signed?.(view) ?? (signedWithMac && signedWithMac.answer(view, createMac(scheme, signedWithMac, key)))
  return answer && toReply(answer)
}

function toReply(answer: HandshakeAnswer | Refusal): Reply | Refusal {
  if (isRefusal(answer)) return answer
  if ('empty' in answer) return handshakeReply(undefined)
  if ('text' in answer) return isPlainChallenge(answer.text) ? handshakeReply(answer.text) : refuse('HANDSHAKE_INVALID')
  const isPlain = Object.values(answer.json).every((value) => Number.isFinite(value) || isPlainChallenge(value))
  return isPlain ? handshakeReply(answer.json) : refuse('HANDSHAKE_INVALID')
}
