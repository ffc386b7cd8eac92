import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { fromBody, fromHeader, fromSignature, noTimestamp } from '../freshness.ts'
import { toHeaderList } from '../header-list.ts'
import { isRefusal } from '../verdict.ts'
import { bodySignature } from './body-signature.ts'
import { ed25519 } from './ed25519.ts'
import { hmac } from './hmac.ts'
import { parts } from './message.ts'
import { oneOf } from './one-of.ts'
import { publicKey } from './public-key.ts'
import type { Scheme } from './scheme.ts'
import { sharedSecret } from './shared-secret.ts'
import { unauthenticated } from './unauthenticated.ts'
import { withHttps } from './with-https.ts'
import { withRequiredHeader } from './with-required-header.ts'

const secret = 'a-secret-of-this-test'
const time = '1700000000'
const body = Buffer.from('{"a":1}')
const { publicKey: curvePublicKey, privateKey } = generateKeyPairSync('ed25519')
const toMac = (...pieces: readonly (string | Uint8Array)[]): string =>
  pieces.reduce((mac, piece) => mac.update(piece), createHmac('sha256', secret)).digest('hex')

const hmacOptions = () => ({
  header: 'x-mac',
  encoding: 'hex' as const,
  fields: { signature: 'v1', timestamp: 't' },
  key: { strip: ['none_'], reject: ['bad'] },
  alias: { prefix: 'x-', instead: 'y-' },
  signed: [parts.timestamp, parts.literal('.'), { ...parts.body }],
  freshness: fromSignature('seconds'),
})
const ed25519Options = () => ({
  header: 'x-curve',
  encoding: 'hex' as const,
  key: { encoding: 'base64url' as const },
  signed: [parts.header('x-time'), { ...parts.body }],
  freshness: fromHeader('x-time', 'seconds'),
})
const memberOptions = () => ({
  signature: 'proof.mac',
  encoding: 'hex' as const,
  signed: [parts.member('at', { length: 10 }), parts.literal('.'), parts.member('proof.token')],
  freshness: fromBody('at', 'seconds'),
  acceptUnsignedMembers: true,
})
const signedBody = Buffer.from(JSON.stringify({ at: time, proof: { token: 'a', mac: toMac(`${time}.a`) } }))
const ecdsa = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const timed = Buffer.concat([Buffer.from(time), body])
const publicKeyOptions = () => ({
  algorithm: 'ecdsa-sha256' as const,
  header: 'x-ecdsa',
  encoding: 'hex' as const,
  signed: [parts.header('x-time'), { ...parts.body }],
  freshness: fromHeader('x-time', 'seconds'),
})
const curveKey = curvePublicKey.export({ format: 'jwk' }).x!
const curveHeaders = {
  'x-time': time,
  'x-curve': sign(null, Buffer.concat([Buffer.from(time), body]), privateKey).toString('hex'),
}
const macHeaders = { 'x-mac': `t=${time},v1=${toMac(`${time}.`, body)}` }
// What a scheme would accept that no longer signs the body, or anything.
const emptyHeaders = { 'x-mac': `t=${time},v1=${toMac()}` }
const timeHeaders = { 'x-mac': `t=${time},v1=${toMac(`${time}.`)}` }

interface Row {
  /** What the scheme was made of. */
  readonly given: unknown
  readonly scheme: Scheme
  readonly key: string
  readonly headers: Readonly<Record<string, string>>
  readonly url?: string
  readonly body?: Uint8Array
}

const from = <Options>(
  given: Options,
  create: (given: Options) => Scheme,
  rest: Pick<Row, 'key' | 'headers' | 'url' | 'body'>,
): Row => ({
  given,
  scheme: create(given),
  ...rest,
})
const byMac = { key: secret, headers: macHeaders }
const unsigned = { header: 'x-mac', encoding: 'hex' as const, freshness: noTimestamp('a test') }

const rows: Readonly<Record<string, () => Row>> = {
  hmac: () => from(hmacOptions(), hmac, byMac),
  'hmac without a time': () =>
    from({ ...unsigned, signed: [{ ...parts.body }] }, hmac, { key: secret, headers: { 'x-mac': toMac(body) } }),
  ed25519: () => from(ed25519Options(), ed25519, { key: curveKey, headers: curveHeaders }),
  publicKey: () =>
    from(publicKeyOptions(), publicKey, {
      key: ecdsa.publicKey.export({ format: 'pem', type: 'spki' }).toString(),
      headers: { 'x-time': time, 'x-ecdsa': sign('sha256', timed, ecdsa.privateKey).toString('hex') },
    }),
  bodySignature: () => from(memberOptions(), bodySignature, { key: secret, headers: {}, body: signedBody }),
  sharedSecret: () =>
    from({ header: 'x-secret', bearer: 'never' as const }, sharedSecret, {
      key: secret,
      headers: { 'x-secret': secret },
    }),
  'sharedSecret in the URL': () =>
    from({ query: 'token' as const }, sharedSecret, { key: secret, headers: {}, url: `/?token=${secret}` }),
  'sharedSecret by HTTP Basic': () =>
    from({ basic: true as const }, sharedSecret, {
      key: `user:${secret}`,
      headers: { authorization: `Basic ${Buffer.from(`user:${secret}`).toString('base64')}` },
    }),
  oneOf: () =>
    from([hmacOptions(), ed25519Options()] as const, ([one, other]) => oneOf(hmac(one), ed25519(other)), byMac),
  withHttps: () => from(hmacOptions(), (options) => withHttps(hmac(options)), byMac),
  withRequiredHeader: () =>
    from(['one', 'two'], (values) => withRequiredHeader(hmac(hmacOptions()), 'x-team', values), {
      key: secret,
      headers: { ...macHeaders, 'x-team': 'one' },
    }),
  unauthenticated: () => from({}, unauthenticated, { key: secret, headers: {} }),
}

function isAccepted(
  scheme: Scheme,
  key: unknown,
  { headers, url = '/' }: Pick<Row, 'headers' | 'url'>,
  content: Uint8Array,
): boolean {
  const head = {
    method: 'POST',
    url,
    headers: toHeaderList(headers),
    receivedAt: Number(time) * 1000,
    secure: true,
  }
  const claim = scheme.inspect(head)
  if (isRefusal(claim)) return false
  const found = scheme.verify(claim, { ...head, body: content }, [key])
  return found !== undefined && 'keyIndex' in found
}

/** What a scheme says and does, apart from its functions. */
function observe(row: Row): unknown {
  const { scheme, key: text, headers, body: content = body } = row
  const key = scheme.prepareKey(text)
  return {
    genuine: isAccepted(scheme, key, row, content),
    others: [emptyHeaders, timeHeaders, {}].map((other) =>
      isAccepted(scheme, key, { ...row, headers: { ...headers, ...other } }, content),
    ),
    otherBody: isAccepted(scheme, key, row, Buffer.from('{"a":2}')),
    rejectedKeys: ['bad', ''].map((other) => scheme.prepareKey(other)),
    described: scheme.describe(),
    data: JSON.stringify([scheme, scheme.definition?.()]),
  }
}

/** Empties and overwrites everything within reach. */
function spoil(value: unknown, seen = new Set<unknown>()): void {
  if (typeof value !== 'object' || value === null || seen.has(value)) return
  seen.add(value)
  for (const name of Object.keys(value)) {
    spoil(Reflect.get(value, name), seen)
    // Both say false where they change nothing.
    Reflect.set(value, name, undefined)
    Reflect.deleteProperty(value, name)
  }
  if (Array.isArray(value)) Reflect.set(value, 'length', 0)
}

describe.each(Object.entries(rows))('the scheme %s', (_name, create) => {
  it('does not change with the options it was made of', () => {
    const row = create()
    const before = observe(row)
    expect(before).toMatchObject({ genuine: true })
    spoil(row.given)
    expect(observe(row)).toEqual(before)
  })

  it('does not change with its definition or its members', () => {
    const row = create()
    const before = observe(row)
    spoil(row.scheme.definition?.())
    spoil(row.scheme)
    expect(observe(row)).toEqual(before)
  })
})
