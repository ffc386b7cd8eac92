import { createHash, createHmac, sign, type KeyObject } from 'node:crypto'
import { failOption } from '../../options/check-options.ts'
import { toKeyBytes } from '../../verify/encoding.ts'
import { decodeOnly, writeCrc32, writeForm } from '../../verify/schemes/body-parts.ts'
import { messageBytes, type MessageTexts, type UrlForm } from '../../verify/schemes/message.ts'
import { withParameter } from '../../verify/url-parameters.ts'
import type { Scheme } from '../../verify/schemes/scheme.ts'
import type { NumberedHeaders, SignedOptions } from '../../verify/schemes/signed-claim.ts'
import type { SharedSecretOptions } from '../../verify/schemes/shared-secret.ts'
import { SallyportError } from '../../errors/sallyport-error.ts'
import type { Signer } from '../signers/signer.ts'
import { signMembers } from './sign-members.ts'
import { readPrivateKey, readSigningKey } from './private-key.ts'
import { signToken } from './sign-token.ts'
import { makeText, type SignedHeader } from './signed-headers.ts'
import { writeTime } from './write-time.ts'

/** The proof that one secret gives. */
interface Proof {
  /** Headers beside the one with the signature, such as those it covers. */
  readonly headers: Readonly<Record<string, string>>
  /** The body with its signature. */
  readonly body?: Uint8Array
  /** What the sender adds to the URL. */
  readonly parameter?: { readonly name: string; readonly value: string }
  readonly signature?: {
    readonly header: string
    /** Joins several; `undefined` where a header holds only one. */
    readonly separator: string | undefined
    /** Stands once before all, such as `t=…`. */
    readonly lead: readonly string[]
    readonly text: string
  }
}

/** What is signed. */
interface Signing {
  readonly body: Uint8Array
  readonly signedAt: number
  readonly method: string
  readonly url: string
  /** 1 for the first secret, for senders that number their headers. */
  readonly number: number
  /** The value of a signed header: the given one, else the time where it is one, else its id, its type, or a made-up text. */
  readonly textOf: (name: string, time: string | undefined) => string
}

/**
 * Makes a signer of the data that a provider's scheme was made of. It says nothing about the sender: where the scheme is wrong,
 * so is the signer.
 *
 * @param name of the provider, for messages
 * @throws SallyportError `OPTION_INVALID` for a scheme with code of its own
 */
export function deriveSigner(name: string, scheme: Scheme, headers: ReadonlyMap<string, SignedHeader>): Signer {
  checkDerivable(name, scheme)
  return ({ body, secrets, signedAt, id, type, method = 'POST', url = '/', headers: given = {} }) => {
    const texts = new Map(Object.entries(given).flatMap(([key, text]) => (text ? [[key.toLowerCase(), text]] : [])))
    function textOf(header: string, time: string | undefined): string {
      const { role } = headers.get(header)!
      const own = role === 'id' ? id : role === 'type' ? type : undefined
      const text = texts.get(header) ?? time ?? own ?? makeText(headers.get(header)!)
      // Every secret signs the same text.
      texts.set(header, text)
      return text
    }
    const proofs = secrets.map((secret, index) => {
      const proof = prove(scheme, secret, { body, signedAt, method, url, textOf, number: index + 1 })
      if (proof !== undefined) return proof
      const which = secrets.length > 1 ? `secret ${index + 1} of ${name}` : `the secret of ${name}`
      throw new SallyportError('SECRET_INVALID', `${which} is not in the format of its scheme; ${help(scheme)}`)
    })
    const parameter = proofs.find((proof) => proof.parameter !== undefined)?.parameter
    // A body has place for one signature.
    const signed = proofs.find((proof) => proof.body !== undefined)?.body
    const target = parameter && withParameter(url, parameter.name, parameter.value)
    return { headers: assemble(proofs), url: target, body: signed }
  }
}

function help(scheme: Scheme): string {
  const kinds = [scheme, ...(scheme.alternatives ?? [])].map(({ kind }) => kind)
  if (kinds.includes('public-key')) return 'to sign, pass the private key: PEM, base64 of PKCS #8, or a JWK'
  return kinds.includes('ed25519') || kinds.includes('jwt')
    ? 'to sign, pass the private key, as PEM or in the form of the public key'
    : 'pass it as the receiver gets it'
}

function checkDerivable(name: string, scheme: Scheme): void {
  const definition = scheme.definition?.()
  if (definition === undefined)
    failOption(
      `signDelivery for ${name}: the scheme "${scheme.kind}" is code, not data, so no signer can be derived; pass a ` +
        'function as "signer" that returns the headers the sender would send',
    )
  if (definition.kind === 'one-of') for (const each of definition.alternatives) checkDerivable(name, each)
  if (definition.kind === 'with-required-header' || definition.kind === 'with-certificate')
    checkDerivable(name, definition.scheme)
}

/** Signs with one secret; `undefined` for one in another format. */
function prove(scheme: Scheme, secret: string, signing: Signing): Proof | undefined {
  const definition = scheme.definition!()
  switch (definition.kind) {
    case 'none':
      return { headers: {} }
    case 'shared-secret':
      return present(definition.options, secret)
    case 'with-required-header': {
      const proof = prove(definition.scheme, secret, signing)
      return proof && { ...proof, headers: { ...proof.headers, [definition.header]: definition.values[0]! } }
    }
    case 'jwt': {
      const { header } = definition.options
      const text = signToken(definition.options, secret, signing)
      return text === undefined
        ? undefined
        : { headers: {}, signature: { header, separator: undefined, lead: [], text } }
    }
    case 'with-certificate': {
      const proof = prove(definition.scheme, secret, signing)
      return proof && { ...proof, headers: { ...proof.headers, [definition.header]: definition.sample } }
    }
    case 'one-of':
      for (const each of definition.alternatives) {
        const proof = prove(each, secret, signing)
        if (proof !== undefined) return proof
      }
      return undefined
    case 'hmac': {
      const { options } = definition
      const key = toKeyBytes(secret, options.key ?? {})
      const { algorithm = 'sha256' } = options
      return key && seal(options, signing, (message) => createHmac(algorithm, key).update(message).digest())
    }
    case 'ed25519': {
      const key: KeyObject | undefined = readPrivateKey(secret, definition.options.key)
      return key && seal(definition.options, signing, (message) => sign(null, message, key))
    }
    case 'body-signature': {
      const signed = signMembers(definition.options, secret, signing.body)
      return signed && { headers: {}, body: signed }
    }
    case 'public-key': {
      const { algorithm, format = 'der' } = definition.options
      const key = readSigningKey(secret, algorithm)
      const dsaEncoding = format === 'der' ? 'der' : 'ieee-p1363'
      const hash = algorithm === 'ecdsa-sha384' ? 'sha384' : 'sha256'
      return key && seal(definition.options, signing, (message) => sign(hash, message, { key, dsaEncoding }))
    }
  }
}

function present(options: SharedSecretOptions, secret: string): Proof {
  if (options.query !== undefined) return { headers: {}, parameter: { name: options.query, value: secret } }
  if (options.basic !== undefined) {
    const text = `Basic ${Buffer.from(secret).toString('base64')}`
    return { headers: {}, signature: { header: 'Authorization', separator: undefined, lead: [], text } }
  }
  const { header, bearer = 'optional' } = options
  const isBearer = bearer === 'required' || (bearer === 'optional' && header.toLowerCase() === 'authorization')
  const text = isBearer && !/^bearer /i.test(secret) ? `Bearer ${secret}` : secret
  return { headers: {}, signature: { header, separator: undefined, lead: [], text } }
}

function seal(
  options: SignedOptions & NumberedHeaders,
  signing: Signing,
  toSignature: (message: Buffer) => Buffer,
): Proof {
  const { fields, prefix = '', encoding, freshness, signed, numbered } = options
  const header = numbered === undefined ? options.header : `${options.header}-${signing.number}`
  const hashed = signed.find((part) => part.kind === 'url' && part.bodyHash !== undefined) as UrlForm | undefined
  const parameter = hashed && { name: hashed.bodyHash!, value: createHash('sha256').update(signing.body).digest('hex') }
  const url = parameter ? withParameter(signing.url, parameter.name, parameter.value) : signing.url
  const unit = freshness.from === 'signature' || freshness.from === 'header' ? freshness.unit : 'seconds'
  const time = String(writeTime(signing.signedAt, unit))
  const timeHeader = freshness.from === 'header' ? freshness.name.toLowerCase() : undefined
  const headers: Record<string, string> = {}
  const texts: MessageTexts = signed.map((part) => {
    switch (part.kind) {
      case 'body':
        return undefined
      case 'literal':
        return part.text
      case 'timestamp':
        return time
      case 'method':
        return signing.method
      case 'url':
        return part.origin + decodeOnly(url, part.decoded ?? '')
      case 'form':
        return writeForm
      case 'crc32':
        return writeCrc32
      case 'header':
        return (headers[part.name] = signing.textOf(part.name, part.name === timeHeader ? time : undefined))
    }
  })
  const signature = toSignature(messageBytes(texts, signing.body)).toString(encoding)
  const proof = parameter === undefined ? { headers } : { headers, parameter }
  if (fields === undefined)
    return { ...proof, signature: { header, separator: options.separator, lead: [], text: prefix + signature } }
  const lead = fields.timestamp === undefined ? [] : [`${fields.timestamp}=${time}`]
  const text = `${fields.signature}=${signature}`
  return { ...proof, signature: { header, separator: options.separator ?? ',', lead, text } }
}

/** One set of headers: where a header holds several signatures, all of them are in it. */
function assemble(proofs: readonly Proof[]): Record<string, string> {
  const headers: Record<string, string> = {}
  const lists = new Map<string, { readonly separator: string | undefined; readonly texts: string[] }>()
  for (const { headers: own, signature } of proofs) {
    Object.assign(headers, own)
    if (signature === undefined) continue
    const { header, separator, lead, text } = signature
    const list = lists.get(header)
    if (list === undefined) lists.set(header, { separator, texts: [...lead, text] })
    else if (separator !== undefined && separator === list.separator) list.texts.push(text)
  }
  for (const [header, { separator = '', texts }] of lists) headers[header] = texts.join(separator)
  return headers
}
