import { createHmac, sign, type KeyObject } from 'node:crypto'
import { failOption } from '../../options/check-options.ts'
import { toKeyBytes } from '../../verify/encoding.ts'
import { messageBytes, type MessageTexts } from '../../verify/schemes/message.ts'
import type { Scheme } from '../../verify/schemes/scheme.ts'
import type { SignedOptions } from '../../verify/schemes/signed-claim.ts'
import type { SharedSecretOptions } from '../../verify/schemes/shared-secret.ts'
import { SallyportError } from '../../errors/sallyport-error.ts'
import type { Signer } from '../signers/signer.ts'
import { readPrivateKey } from './private-key.ts'
import { makeText, type SignedHeader } from './signed-headers.ts'
import { writeTime } from './write-time.ts'

/** The proof that one secret gives. */
interface Proof {
  /** Headers beside the one with the signature, such as those it covers. */
  readonly headers: Readonly<Record<string, string>>
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
      const proof = prove(scheme, secret, { body, signedAt, method, url, textOf })
      if (proof !== undefined) return proof
      const which = secrets.length > 1 ? `secret ${index + 1} of ${name}` : `the secret of ${name}`
      throw new SallyportError('SECRET_INVALID', `${which} is not in the format of its scheme; ${help(scheme)}`)
    })
    return assemble(proofs)
  }
}

function help(scheme: Scheme): string {
  const kinds = [scheme, ...(scheme.alternatives ?? [])].map(({ kind }) => kind)
  return kinds.includes('ed25519')
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
  if (definition.kind === 'with-required-header') checkDerivable(name, definition.scheme)
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
  }
}

function present({ header, bearer = 'optional' }: SharedSecretOptions, secret: string): Proof {
  const isBearer = bearer === 'required' || (bearer === 'optional' && header.toLowerCase() === 'authorization')
  const text = isBearer && !/^bearer /i.test(secret) ? `Bearer ${secret}` : secret
  return { headers: {}, signature: { header, separator: undefined, lead: [], text } }
}

function seal(options: SignedOptions, signing: Signing, toSignature: (message: Buffer) => Buffer): Proof {
  const { header, fields, prefix = '', encoding, freshness, signed } = options
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
        return part.origin + signing.url
      case 'header':
        return (headers[part.name] = signing.textOf(part.name, part.name === timeHeader ? time : undefined))
    }
  })
  const signature = toSignature(messageBytes(texts, signing.body)).toString(encoding)
  if (fields === undefined)
    return { headers, signature: { header, separator: options.separator, lead: [], text: prefix + signature } }
  const lead = fields.timestamp === undefined ? [] : [`${fields.timestamp}=${time}`]
  const text = `${fields.signature}=${signature}`
  return { headers, signature: { header, separator: options.separator ?? ',', lead, text } }
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
