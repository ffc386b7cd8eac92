import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { fromHeader, fromSignature, noTimestamp } from '../freshness.ts'
import { toHeaderList } from '../header-list.ts'
import { isRefusal } from '../verdict.ts'
import { ed25519 } from './ed25519.ts'
import { hmac } from './hmac.ts'
import { parts } from './message.ts'
import { oneOf } from './one-of.ts'
import type { Scheme } from './scheme.ts'
import { sharedSecret } from './shared-secret.ts'
import { unauthenticated } from './unauthenticated.ts'
import { withHttps } from './with-https.ts'
import { withRequiredHeader } from './with-required-header.ts'

const secret = 'a-secret-of-this-test'
const time = '1700000000'
const body = Buffer.from('{"a":1}')
const { publicKey, privateKey } = generateKeyPairSync('ed25519')
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
const curveKey = publicKey.export({ format: 'jwk' }).x!
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
}

const from = <Options>(
  given: Options,
  create: (given: Options) => Scheme,
  rest: Pick<Row, 'key' | 'headers'>,
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
  sharedSecret: () =>
    from({ header: 'x-secret', bearer: 'never' as const }, sharedSecret, {
      key: secret,
      headers: { 'x-secret': secret },
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

function isAccepted(scheme: Scheme, key: unknown, headers: Row['headers'], content: Uint8Array = body): boolean {
  const head = {
    method: 'POST',
    url: '/',
    headers: toHeaderList(headers),
    receivedAt: Number(time) * 1000,
    secure: true,
  }
  const claim = scheme.inspect(head)
  return !isRefusal(claim) && scheme.verify(claim, { ...head, body: content }, [key]) !== undefined
}

/** What a scheme says and does, apart from its functions. */
function observe({ scheme, key: text, headers }: Row): unknown {
  const key = scheme.prepareKey(text)
  return {
    genuine: isAccepted(scheme, key, headers),
    others: [emptyHeaders, timeHeaders, {}].map((other) => isAccepted(scheme, key, { ...headers, ...other })),
    otherBody: isAccepted(scheme, key, headers, Buffer.from('{"a":2}')),
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
