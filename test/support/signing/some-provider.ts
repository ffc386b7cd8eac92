import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import fc from 'fast-check'
import type { Provider } from 'sallyport'
import {
  bodySignature,
  defineProvider,
  ed25519,
  fromBody,
  fromHeader,
  fromSignature,
  hmac,
  noTimestamp,
  oneOf,
  parts,
  publicKey,
  sharedSecret,
  withHttps,
  withRequiredHeader,
  type BodySignatureOptions,
  type Freshness,
  type KeyFormat,
  type MessagePart,
  type Scheme,
  type SharedSecretOptions,
  type SignedOptions,
  type TextForm,
} from 'sallyport/provider'

/** A provider with two secrets: what the receiver is given, and what signs. */
export interface SomeProvider {
  readonly provider: Provider
  readonly secrets: readonly (readonly [receiving: string, signing: string])[]
  /** Whether the signature covers the body. */
  readonly isSigned: boolean
}

const units = ['seconds', 'milliseconds', 'iso'] as const
const encodings = ['hex', 'base64', 'base64url'] as const

const someForm: fc.Arbitrary<TextForm | undefined> = fc.constantFrom<TextForm | undefined>(
  undefined,
  { characters: 'digits' },
  { characters: 'hex' },
  { characters: 'id' },
  { length: 36 },
  { characters: 'digits', length: 7 },
)

/** Parts on one side of the body, with the literals a sender writes between them. */
function someSide(side: 'a' | 'b'): fc.Arbitrary<MessagePart[]> {
  const part = (index: number, unique: MessagePart): fc.Arbitrary<MessagePart> =>
    fc.oneof(
      someForm.map((form) => parts.header(`x-${side}-${index}`, form)),
      fc.constantFrom(unique, parts.header('x-time'), parts.header('x-kind')),
      fc.constantFrom(parts.method, parts.timestamp, parts.url(), parts.url('https://hooks.example')),
    )
  const literal = fc.constantFrom('\n', '|', ' ~ ', '').map((text) => parts.literal(text))
  return fc
    .tuple(someForm, fc.nat(3))
    .chain(([form, count]) => {
      const unique = parts.header(`x-${side}-unique`, form)
      return fc.tuple(...Array.from({ length: count }, (_part, index) => fc.tuple(part(index, unique), literal)))
    })
    .map((pairs) => pairs.flatMap(([one, two]) => (side === 'a' ? [one, two] : [two, one])))
}

function freshnessOf(signed: readonly MessagePart[]): fc.Arbitrary<Freshness> {
  const choices: Freshness[] = [noTimestamp('untimed'), ...units.map((unit) => fromBody('meta.sent_at', unit))]
  for (const { kind } of signed) if (kind === 'timestamp') choices.push(...units.map(fromSignature))
  if (signed.some((part) => part.kind === 'header' && part.name === 'x-time'))
    choices.push(...units.map((unit) => fromHeader('X-Time', unit)))
  return fc.constantFrom(...choices)
}

/** What stands for the body. */
const someAnchor: fc.Arbitrary<MessagePart> = fc.oneof(
  { weight: 6, arbitrary: fc.constant(parts.body) },
  fc.constantFrom(parts.crc32, parts.url('https://hooks.example', { bodyHash: 'hash', decoded: ':=?' })),
)

type Form = Pick<SignedOptions, 'header' | 'prefix' | 'separator' | 'fields' | 'encoding' | 'signed' | 'freshness'>

const someOptions: fc.Arbitrary<Form> = fc
  .tuple(
    someSide('a'),
    someAnchor,
    someSide('b'),
    fc.constantFrom(...encodings),
    fc.constantFrom('X-Signature', 'authorization'),
  )
  .chain(([before, anchor, behind, encoding, header]) => {
    const signed = [...before, anchor, ...behind]
    const isTimed = signed.some(({ kind }) => kind === 'timestamp')
    const fields = { signature: 'v1', timestamp: isTimed ? 't' : undefined }
    const shapes = [
      ...['', 'sha256=', 'v0='].map((prefix) => ({ prefix })),
      ...[' ', ', '].map((separator) => ({ prefix: 'v1,', separator })),
      ...[undefined, ';'].map((separator) => ({ fields, separator })),
    ]
    const usable = isTimed ? shapes.filter((shape) => 'fields' in shape) : shapes
    return fc
      .tuple(fc.constantFrom(...usable), freshnessOf(signed))
      .map(([shape, freshness]) => ({ header, encoding, signed, freshness, ...shape }))
  })

const bytes = fc.uint8Array({ minLength: 16, maxLength: 64 }).map((key) => Buffer.from(key))
const keyFormats: readonly KeyFormat[] = [
  {},
  { encoding: 'hex' },
  { encoding: 'base64', strip: 'whsec_' },
  { encoding: 'base64url', strip: ['a_', 'b_'], prefixRequired: true },
]

function write(key: Buffer, { encoding = 'utf8', strip = '' }: KeyFormat): string {
  return [strip].flat().at(-1)! + key.toString(encoding === 'utf8' ? 'hex' : encoding)
}

type Made = Pick<SomeProvider, 'secrets' | 'isSigned'> & { readonly scheme: Scheme }

const someHmac: fc.Arbitrary<Made | undefined> = fc
  .tuple(
    someOptions,
    fc.constantFrom(...keyFormats),
    fc.constantFrom('sha1', 'sha256', 'sha512'),
    fc.constantFrom(undefined, undefined, 3),
    bytes,
    bytes,
  )
  .map(([options, key, algorithm, most, one, two]) => {
    const secrets = [one, two].map((secret) => write(secret, key)).map((secret) => [secret, secret] as const)
    const isSingle = options.fields === undefined && options.separator === undefined
    return make(() => hmac({ ...options, algorithm, key, numbered: isSingle ? most : undefined }), secrets, true)
  })

const someEd25519: fc.Arbitrary<Made | undefined> = fc
  .tuple(someOptions, fc.constantFrom(...encodings), fc.constantFrom('', 'whpk_', 'pk_'), fc.boolean())
  .map(([options, encoding, strip, isPem]) => {
    const secrets = [0, 1].map(() => {
      const { privateKey } = generateKeyPairSync('ed25519')
      const { x = '', d = '' } = privateKey.export({ format: 'jwk' })
      const text = (part: string): string => Buffer.from(part, 'base64url').toString(encoding)
      const seed = `${strip === 'whpk_' ? 'whsk_' : ''}${text(d)}`
      const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString().trim()
      return [strip + text(x), isPem ? pem : seed] as const
    })
    const key = strip === '' ? { encoding } : { encoding, strip, prefixRequired: strip === 'whpk_' }
    return make(() => ed25519({ ...options, key }), secrets, true)
  })

// RSA keys take long to make.
const keyPairs = {
  'ecdsa-sha256': [0, 1].map(() => generateKeyPairSync('ec', { namedCurve: 'P-256' })),
  'ecdsa-sha384': [0, 1].map(() => generateKeyPairSync('ec', { namedCurve: 'P-384' })),
  'rsa-sha256': [0, 1].map(() => generateKeyPairSync('rsa', { modulusLength: 2048 })),
}

const somePublicKey: fc.Arbitrary<Made | undefined> = fc
  .tuple(
    someOptions,
    fc.constantFrom('ecdsa-sha256', 'ecdsa-sha384', 'rsa-sha256'),
    fc.constantFrom('der', 'p1363', undefined),
    fc.constantFrom('pem', 'der', 'jwk'),
  )
  .map(([options, algorithm, format, written]) => {
    const secrets = keyPairs[algorithm].map((pair) => [toText(pair.publicKey), toText(pair.privateKey)] as const)
    const more = algorithm === 'rsa-sha256' ? {} : { format }
    return make(() => publicKey({ ...options, algorithm, ...more }), secrets, true)

    function toText(key: KeyObject): string {
      if (written === 'jwk') return JSON.stringify(key.export({ format: 'jwk' }))
      const type = key.type === 'public' ? 'spki' : 'pkcs8'
      const text = key.export({ format: written, type } as { format: 'pem'; type: 'spki' })
      return written === 'pem' ? text.toString() : Buffer.from(text).toString('base64')
    }
  })

const someBodySignature: fc.Arbitrary<Made | undefined> = fc
  .tuple(
    fc.constantFrom(...keyFormats),
    fc.constantFrom(...encodings),
    fc.constantFrom(...units),
    fc.boolean(),
    bytes,
    bytes,
  )
  .map(([key, encoding, unit, isTimed, ...keys]) => {
    const secrets = keys.map((one) => write(one, key)).map((secret) => [secret, secret] as const)
    const signed = [
      parts.member('type'),
      parts.literal('|'),
      ...(isTimed ? [parts.member('meta.sent_at'), parts.literal('|')] : []),
      parts.member('text'),
    ] as BodySignatureOptions['signed']
    const freshness = isTimed ? fromBody('meta.sent_at', unit) : noTimestamp('untimed')
    const options = { signature: 'meta.signature', encoding, key, signed, freshness, acceptUnsignedMembers: true }
    // Other members of the body are not.
    return make(() => bodySignature(options), secrets.slice(0, 1), false)
  })

const somePlace: fc.Arbitrary<SharedSecretOptions> = fc.oneof(
  fc.record({
    header: fc.constantFrom('Authorization', 'x-token'),
    bearer: fc.constantFrom('required' as const, 'optional' as const, 'never' as const),
  }),
  fc.constantFrom('token', 'a', 'Schlüssel').map((query) => ({ query })),
  fc.constant({ basic: true as const }),
)

const someShared: fc.Arbitrary<Made | undefined> = fc.tuple(somePlace, bytes, bytes).map(([place, ...keys]) => {
  const before = place.basic ? 'user:' : place.query ? '+ %/&=' : ''
  const secrets = keys.map((key) => before + key.toString('hex')).map((secret) => [secret, secret] as const)
  return make(() => sharedSecret(place), secrets, false)
})

/** Nothing for a definition that is refused, such as one that does not show where its parts meet. */
function make(define: () => Scheme, secrets: SomeProvider['secrets'], isSigned: boolean): Made | undefined {
  try {
    return { scheme: define(), secrets, isSigned }
  } catch {
    return undefined
  }
}

const isMade = (made: Made | undefined): made is Made => made !== undefined
const someSimple = fc.oneof(
  { weight: 4, arbitrary: someHmac },
  { weight: 2, arbitrary: someEd25519 },
  { weight: 2, arbitrary: somePublicKey },
  someBodySignature,
  someShared,
)

const someMade: fc.Arbitrary<Made> = fc.oneof(
  { weight: 4, arbitrary: someSimple.filter(isMade) },
  fc
    .tuple(someHmac.filter(isMade), someEd25519.filter(isMade))
    // One body has one time.
    .filter((both) => both.some(({ scheme }) => scheme.freshness.from !== 'body'))
    .map(([one, two]) => ({
      scheme: oneOf(one.scheme, two.scheme),
      secrets: [one.secrets[0]!],
      isSigned: true,
    })),
  someSimple
    .filter(isMade)
    .map((made) => ({ ...made, scheme: withRequiredHeader(made.scheme, 'X-Required', ['one', 'two']) })),
  someSimple.filter(isMade).map((made) => ({ ...made, scheme: withHttps(made.scheme) })),
)

/** A provider whose scheme is data, and whose event is named in the body or in a signed header. */
export const someProvider: fc.Arbitrary<SomeProvider> = someMade.map(({ scheme, secrets, isSigned }) => ({
  secrets,
  isSigned,
  provider: defineProvider({
    name: 'some',
    scheme,
    identify: ({ body, signedHeader }) => ({
      type: signedHeader('x-kind') ?? body['type'],
      id: signedHeader('x-a-unique'),
      data: body,
    }),
    events: {},
  }),
}))
