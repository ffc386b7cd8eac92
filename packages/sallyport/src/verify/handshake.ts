import { createHmac, type KeyObject } from 'node:crypto'
import { SallyportError } from '../errors/sallyport-error.ts'
import { allow } from '../options/allow.ts'
import { checkOptions, type OptionRules } from '../options/check-options.ts'
import { showGiven } from '../options/show-given.ts'
import { failProvider } from './check-provider.ts'
import type { Provider, SignedView } from './provider.ts'
import { isTextForm, leavesOut, toFormPattern, type TextForm } from './schemes/message-form.ts'
import type { Scheme } from './schemes/scheme.ts'
import type { HmacOptions } from './schemes/hmac.ts'
import type { TokenChallenge } from './token-challenge.ts'

/**
 * What answers a handshake: JSON, the plain text of a challenge, or nothing (204). A text in it must be up to 1,024 letters,
 * digits and `- _ . ~ + / =`: no browser takes the answer for a page.
 */
export type HandshakeAnswer =
  | { readonly json: Readonly<Record<string, unknown>> }
  | { readonly text: unknown }
  | { readonly empty: true }

/** A handshake whose answer has a MAC of a text that the sender chose. */
export interface MacHandshake {
  /** How the sender writes the text. No text of this form may be a message that the sender signs. */
  readonly form: TextForm & { readonly characters: NonNullable<TextForm['characters']> }
  readonly encoding: 'hex' | 'base64'
  /**
   * Answers a handshake; `undefined` for an event.
   *
   * @param mac the HMAC of a text under the key that proved the delivery. It throws for a text of another form
   */
  readonly answer: (signed: SignedView, mac: (text: unknown) => string) => HandshakeAnswer | undefined
}

/** A handshake that is not signed: the sender posts a text, which a person enters at the sender. */
export interface UnsignedHandshake {
  /** The only member of the body. */
  readonly member: string
  /**
   * Gets the text. **Anyone can post one**: show it to the person who sets the webhook up, and do not use it as a secret before
   * they have said that it is theirs.
   */
  readonly receive: (text: string) => unknown
  /**
   * Whether it may have a signature too, made with the text itself as the secret. That proves nothing more: anyone can make one.
   * @default false: a delivery with a signature is never read as one
   */
  readonly selfSigned?: boolean | undefined
}

/** How a sender checks an endpoint. None of it is an event: nothing is stored, and no handler runs. */
export interface Handshake {
  /** Answers a delivery that is signed like any other; `undefined` for an event. Called after the sender is proven. */
  readonly signed?: ((signed: SignedView) => HandshakeAnswer | undefined) | undefined
  /** The same with a MAC in the answer. */
  readonly signedWithMac?: MacHandshake | undefined
  /** Answers a GET with a verify token, made by `tokenChallenge`. */
  readonly get?: TokenChallenge | undefined
  /** Whether a HEAD is answered with 200: it proves nothing, and has no answer but that. @default false */
  readonly head?: boolean | undefined
  /** Passes on the text of an unsigned POST. */
  readonly unsigned?: UnsignedHandshake | undefined
}

const rules: OptionRules<Handshake> = {
  signed: allow.function,
  signedWithMac: allow.record,
  get: allow.having('what tokenChallenge() returns', 'answer'),
  head: allow.flag,
  unsigned: allow.record,
}

const macRules: OptionRules<MacHandshake> = {
  form: allow.required(allow.record),
  encoding: allow.required(allow.oneOf('hex', 'base64')),
  answer: allow.required(allow.function),
}

const unsignedRules: OptionRules<UnsignedHandshake> = {
  member: allow.required(allow.filled),
  receive: allow.required(allow.function),
  selfSigned: allow.flag,
}

/**
 * Checks a provider's handshake: what is answered as signed is signed, and nobody gets a MAC that is a signature.
 *
 * @throws SallyportError `PROVIDER_INVALID`
 */
export function checkHandshake(provider: Provider): void {
  const { handshake, name, scheme } = provider
  if (handshake === undefined) return
  const place = `${name}, handshake`
  if (typeof handshake !== 'object' || handshake === null)
    failProvider(`${place}: it must be an object, not ${showGiven(handshake)}`)
  checkOptions(place, handshake, rules, failProvider)
  const { signed, signedWithMac, unsigned } = handshake
  if (unsigned) checkOptions(`${place}, unsigned`, unsigned, unsignedRules, failProvider)
  if (unsigned?.selfSigned === true && hmacOf(scheme) === undefined)
    failProvider(`${place}, unsigned: only a provider whose scheme is one hmac() can have selfSigned`)
  if (signedWithMac) checkMac(provider, signedWithMac, `${place}, signedWithMac`)
  if ((signed ?? signedWithMac ?? unsigned) && scheme.kind === 'none')
    failProvider(`${place}: the scheme authenticates nobody, so no delivery is a handshake; remove it`)
}

function checkMac(provider: Provider, mac: MacHandshake, place: string): void {
  checkOptions(place, mac, macRules, failProvider)
  if (mac.form.characters === undefined || !isTextForm(mac.form))
    failProvider(
      `${place}: the form is invalid; pass { characters: 'id' }, 'hex' or 'digits', with a length if it has one`,
    )
  const options = hmacOf(provider.scheme)
  if (options === undefined) failProvider(`${place}: only a provider whose scheme is one hmac() can answer with a MAC`)
  // What is signed in compressed form may be any text.
  const isJson = provider.forms !== true && provider.contentEncoding?.signed !== 'wire'
  if (!leavesOut(options.signed, mac.form.characters, isJson))
    failProvider(
      `${place}: a text of this form may be a message that the sender signs, so the answer could be a signature for a forged ` +
        'delivery; narrow the characters, until every signed message has one that the form does not allow',
    )
}

/** The options of a scheme that is HMAC alone; conditions beside it change nothing. */
function hmacOf(scheme: Scheme): HmacOptions | undefined {
  const definition = scheme.definition?.()
  if (definition?.kind === 'with-required-header') return hmacOf(definition.scheme)
  return definition?.kind === 'hmac' ? definition.options : undefined
}

/** Makes the MAC function of a handshake, under a key that has proven a delivery. */
export function createMac(scheme: Scheme, { form, encoding }: MacHandshake, key: unknown): (text: unknown) => string {
  const { algorithm = 'sha256' } = hmacOf(scheme)!
  const pattern = toFormPattern(form)
  return (text) => {
    if (typeof text !== 'string' || text.length > maxLength || !pattern.test(text))
      throw new SallyportError('HANDSHAKE_INVALID')
    return createHmac(algorithm, key as KeyObject)
      .update(text, 'latin1')
      .digest(encoding)
  }
}

const maxLength = 1_024
const plain = /^[-\w.~+/=]+$/

/** Whether a text may be sent back to its sender. */
export function isPlainChallenge(text: unknown): text is string {
  return typeof text === 'string' && text.length <= maxLength && plain.test(text)
}
