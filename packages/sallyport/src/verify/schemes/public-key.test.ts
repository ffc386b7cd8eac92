import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { fromHeader, noTimestamp } from '../freshness.ts'
import { toHeaderList } from '../header-list.ts'
import { isRefusal } from '../verdict.ts'
import { parts } from './message.ts'
import { publicKey, type PublicKeyOptions } from './public-key.ts'
import type { Scheme } from './scheme.ts'

const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' })
const secp256k1 = generateKeyPairSync('ec', { namedCurve: 'secp256k1' })
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const small = generateKeyPairSync('rsa', { modulusLength: 1024 })
const pss = generateKeyPairSync('rsa-pss', { modulusLength: 2048 })
const ed25519 = generateKeyPairSync('ed25519')
const body = Buffer.from('{"a":1}')

const toPem = (key: KeyObject): string => key.export({ format: 'pem', type: 'spki' }).toString()
const toDer = (key: KeyObject): Buffer => key.export({ format: 'der', type: 'spki' })
const toJwk = (key: KeyObject, more: object = {}): string =>
  JSON.stringify({ ...key.export({ format: 'jwk' }), ...more })

function define(algorithm: PublicKeyOptions['algorithm'], more: Partial<PublicKeyOptions> = {}): Scheme {
  const freshness = noTimestamp('a test')
  return publicKey({ algorithm, header: 'x-signature', encoding: 'base64', signed: [parts.body], freshness, ...more })
}

/** `ok`, or the code of the refusal. */
function authenticate(scheme: Scheme, key: string, signature: Buffer | string, content: Uint8Array = body): string {
  const text = typeof signature === 'string' ? signature : signature.toString('base64')
  const head = { method: 'POST', url: '/', headers: toHeaderList({ 'x-signature': text }), receivedAt: 0 }
  const claim = scheme.inspect(head)
  if (isRefusal(claim)) return claim.code
  return scheme.verify(claim, { ...head, body: content }, [scheme.prepareKey(key)]) ? 'ok' : 'SIGNATURE_MISMATCH'
}

const algorithms = [
  ['ecdsa-sha256', p256],
  ['ecdsa-sha384', p384],
  ['rsa-sha256', rsa],
] as const

describe.each(algorithms)('publicKey with %s', (algorithm, pair) => {
  const scheme = define(algorithm)
  const hash = algorithm === 'ecdsa-sha384' ? 'sha384' : 'sha256'
  const signature = sign(hash, body, pair.privateKey)

  it('takes a key as PEM, SPKI or JWK', () => {
    const der = toDer(pair.publicKey).toString('base64')
    const pem = toPem(pair.publicKey)
    const keys = [
      pem,
      pem.trim(),
      pem.trim().replaceAll('\n', '\\n'),
      der,
      der.replace(/=+$/, ''),
      toJwk(pair.publicKey),
    ]
    for (const key of keys) expect(authenticate(scheme, key, signature)).toBe('ok')
    const alg = { 'ecdsa-sha256': 'ES256', 'ecdsa-sha384': 'ES384', 'rsa-sha256': 'RS256' }[algorithm]
    const jwk = toJwk(pair.publicKey, { alg, use: 'sig', key_ops: ['verify'], kid: 'one' })
    expect(authenticate(scheme, jwk, signature)).toBe('ok')
  })

  it('rejects an altered body, an altered signature and another key', () => {
    expect(authenticate(scheme, toPem(pair.publicKey), signature, Buffer.from('{"a":2}'))).toBe('SIGNATURE_MISMATCH')
    for (let index = 0; index < signature.length; index++) {
      const altered = Buffer.from(signature)
      altered[index]! ^= 1
      expect(authenticate(scheme, toPem(pair.publicKey), altered)).toBe('SIGNATURE_MISMATCH')
    }
    const other = sign(
      hash,
      body,
      pair === rsa ? generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey : p256.privateKey,
    )
    if (pair !== p256) expect(authenticate(scheme, toPem(pair.publicKey), other)).toBe('SIGNATURE_MISMATCH')
  })

  it('takes no key of another kind, size or form', () => {
    const others = [p256, p384, rsa, small, pss, ed25519, secp256k1].filter((other) => other !== pair)
    for (const { publicKey: key } of others) expect(scheme.prepareKey(toPem(key))).toBeUndefined()
    const der = toDer(pair.publicKey)
    const jwk = toJwk(pair.publicKey)
    const texts = [
      '',
      'not a key',
      '{}',
      '{"kty":"oct","k":"c2VjcmV0"}',
      `${der.toString('base64')}AAAA`,
      Buffer.concat([der, Buffer.from([0])]).toString('base64'),
      der.toString('hex'),
      toPem(pair.publicKey).replace('PUBLIC', 'PUBLIK'),
      `${toPem(pair.publicKey)}more`,
      toJwk(pair.publicKey, { use: 'enc' }),
      toJwk(pair.publicKey, { alg: 'HS256' }),
      toJwk(pair.publicKey, { key_ops: ['sign'] }),
      `[${jwk}]`,
      ' '.repeat(20_000) + jwk,
    ]
    for (const text of texts) expect(scheme.prepareKey(text), text).toBeUndefined()
  })

  it('takes no private key, although it contains the public one', () => {
    const { privateKey } = pair as { privateKey: KeyObject }
    const types = algorithm === 'rsa-sha256' ? (['pkcs8', 'pkcs1'] as const) : (['pkcs8', 'sec1'] as const)
    for (const type of types) {
      expect(scheme.prepareKey(privateKey.export({ format: 'pem', type } as never).toString())).toBeUndefined()
      const der = privateKey.export({ format: 'der', type } as never) as unknown as Buffer
      expect(scheme.prepareKey(der.toString('base64'))).toBeUndefined()
    }
    expect(scheme.prepareKey(toJwk(privateKey))).toBeUndefined()
  })

  it('rejects signatures of a length that no signature has', () => {
    for (const length of [1, 7, 2000])
      expect(authenticate(scheme, toPem(pair.publicKey), Buffer.alloc(length))).toBe('SIGNATURE_MALFORMED')
    expect(authenticate(scheme, toPem(pair.publicKey), `${signature.toString('base64')}!`)).toBe('SIGNATURE_MALFORMED')
  })
})

describe('publicKey', () => {
  it.each([
    ['ecdsa-sha256', p256, 'sha256'],
    ['ecdsa-sha384', p384, 'sha384'],
  ] as const)('reads P1363 signatures of %s, and no DER there', (algorithm, pair, hash) => {
    const scheme = define(algorithm, { format: 'p1363' })
    const plain = sign(hash, body, { key: pair.privateKey, dsaEncoding: 'ieee-p1363' })
    expect(authenticate(scheme, toPem(pair.publicKey), plain)).toBe('ok')
    expect(authenticate(define(algorithm), toPem(pair.publicKey), plain)).not.toBe('ok')
    const der = sign(hash, body, pair.privateKey)
    expect(authenticate(scheme, toPem(pair.publicKey), der)).not.toBe('ok')
    expect(authenticate(scheme, toPem(pair.publicKey), Buffer.alloc(plain.length))).toBe('SIGNATURE_MISMATCH')
  })

  it('reads P1363 signatures whatever their numbers begin with', () => {
    const scheme = define('ecdsa-sha256', { format: 'p1363' })
    const key = toPem(p256.publicKey)
    const first = new Set<string>()
    // A number begins with a zero byte once in 256 times.
    for (let round = 0; round < 20_000 && first.size < 3; round++) {
      const signature = sign('sha256', body, { key: p256.privateKey, dsaEncoding: 'ieee-p1363' })
      const kind = signature[32] === 0 ? 'zero' : signature[32]! > 0x7f ? 'high' : 'low'
      if (first.has(kind)) continue
      first.add(kind)
      expect(authenticate(scheme, key, signature), kind).toBe('ok')
    }
    expect(first.size).toBe(3)
  })

  it('rejects DER that is not canonical', () => {
    const scheme = define('ecdsa-sha256')
    const key = toPem(p256.publicKey)
    // Both numbers below 2^255, so that neither has a leading zero.
    let der: Buffer
    do der = sign('sha256', body, p256.privateKey)
    while (der.length !== 70)
    expect(authenticate(scheme, key, der)).toBe('ok')
    const [r, s] = [der.subarray(4, 36), der.subarray(38, 70)]
    const integer = (bytes: Buffer): Buffer => Buffer.concat([Buffer.from([2, bytes.length]), bytes])
    const sequence = (...pieces: Buffer[]): Buffer => {
      const content = Buffer.concat(pieces)
      return Buffer.concat([Buffer.from([0x30, content.length]), content])
    }
    const padded = Buffer.concat([Buffer.from([0]), r])
    expect(sequence(integer(r), integer(s))).toEqual(der)
    const forms = [
      sequence(integer(padded), integer(s)),
      Buffer.concat([der, Buffer.from([0])]),
      sequence(integer(r), integer(s), Buffer.from([5, 0])),
      Buffer.concat([Buffer.from([0x30, 0x81, der.length - 2]), der.subarray(2)]),
      Buffer.concat([Buffer.from([0x30, 0x80]), der.subarray(2), Buffer.from([0, 0])]),
    ]
    for (const form of forms) expect(authenticate(scheme, key, form)).toBe('SIGNATURE_MISMATCH')
  })

  it('covers the same bytes whichever valid signature arrives', () => {
    const scheme = define('ecdsa-sha256', { format: 'p1363' })
    const signature = sign('sha256', body, { key: p256.privateKey, dsaEncoding: 'ieee-p1363' })
    const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
    const s = order - BigInt(`0x${signature.subarray(32).toString('hex')}`)
    const twin = Buffer.concat([signature.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, '0'), 'hex')])
    for (const one of [signature, twin]) expect(authenticate(scheme, toPem(p256.publicKey), one)).toBe('ok')
    expect(scheme.signedBytes({ texts: [undefined] } as never, { body } as never)).toEqual([body])
  })

  it('rejects an RSA key with the exponent 1, with which anybody signs', () => {
    const { n } = rsa.publicKey.export({ format: 'jwk' })
    expect(define('rsa-sha256').prepareKey(JSON.stringify({ kty: 'RSA', n, e: 'AQ' }))).toBeUndefined()
  })

  it.each([
    [{ algorithm: 'ecdsa-sha1' }, 'algorithm'],
    [{ algorithm: 'ecdsa-sha256', format: 'raw' }, 'format'],
    [{ algorithm: 'rsa-sha256', format: 'der' }, 'format is for ECDSA'],
    [{ algorithm: 'rsa-sha256', signed: [parts.literal('a')] }, 'must include the body'],
    [{ algorithm: 'rsa-sha256', key: {} }, 'unknown option'],
  ])('throws PROVIDER_INVALID for %j', (options, named) => {
    const { algorithm, ...more } = options as { algorithm: 'rsa-sha256' }
    expect(() => define(algorithm, more)).toThrow(
      expect.objectContaining({ code: 'PROVIDER_INVALID', message: expect.stringContaining(named) }),
    )
  })
})

describe('published signatures', () => {
  // SendGrid's SDKs (sendgrid-nodejs, packages/eventwebhook), read 2026-11-29.
  it('verifies one of SendGrid', () => {
    const scheme = publicKey({
      algorithm: 'ecdsa-sha256',
      header: 'x-twilio-email-event-webhook-signature',
      encoding: 'base64',
      signed: [parts.header('x-twilio-email-event-webhook-timestamp'), parts.body],
      freshness: fromHeader('x-twilio-email-event-webhook-timestamp', 'seconds'),
    })
    const headers = {
      'X-Twilio-Email-Event-Webhook-Signature':
        'MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM=',
      'X-Twilio-Email-Event-Webhook-Timestamp': '1600112502',
    }
    const key =
      'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g=='
    const content = Buffer.from(
      '[{"email":"hello@world.com","event":"dropped","reason":"Bounced Address","sg_event_id":"ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA","sg_message_id":"LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0","smtp-id":"<LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid.net>","timestamp":1600112492}]\r\n',
    )
    const head = { method: 'POST', url: '/', headers: toHeaderList(headers), receivedAt: 0 }
    const claim = scheme.inspect(head)
    if (isRefusal(claim)) throw new Error(claim.code)
    expect(scheme.verify(claim, { ...head, body: content }, [scheme.prepareKey(key)])).toMatchObject({ keyIndex: 0 })
    expect(scheme.verify(claim, { ...head, body: content.subarray(0, -1) }, [scheme.prepareKey(key)])).toBeUndefined()
  })

  // Wise's sandbox key, as in webhook-co/webhook, packages/webhooks-spec, read 2026-11-29.
  it('verifies one of Wise', () => {
    const key = `-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAwpb91cEYuyJNQepZAVfP
ZIlPZfNUefH+n6w9SW3fykqKu938cR7WadQv87oF2VuT+fDt7kqeRziTmPSUhqPU
ys/V2Q1rlfJuXbE+Gga37t7zwd0egQ+KyOEHQOpcTwKmtZ81ieGHynAQzsn1We3j
wt760MsCPJ7GMT141ByQM+yW1Bx+4SG3IGjXWyqOWrcXsxAvIXkpUD/jK/L958Cg
nZEgz0BSEh0QxYLITnW1lLokSx/dTianWPFEhMC9BgijempgNXHNfcVirg1lPSyg
z7KqoKUN0oHqWLr2U1A+7kqrl6O2nx3CKs1bj1hToT1+p4kcMoHXA7kA+VBLUpEs
VwIDAQAB
-----END PUBLIC KEY-----
`
    const signature =
      'wKcKCYXAzxNgiu7xmoDm943NUni7Rz33QN8JkEA9dWSGebgndonabgSj18Y4C08OrwVmueGsED2s00M7DtJVcYKOS1i3G4TMVx+mgM3aL9djMBkQtiYNBFUd6wrPI7ZUNHv/TrlKSjTMc+6JFvUvJ7owY3z85e3I4jLRLJowMFvO8kvCJ60+1pY9wDwZvtZ//WS93LrwGjk9Dvwzpmu0w+P4J75tETT5qC3Uv0y5G2yO8SEoO3yNP/tg/BOli02niHb53vEOUWUb9bly6thnfMoXoiV/osoGxgF20R58RlvkAmezyyl1Sv542TfS2DpiwVnmjjjkCyXeSUcKookYLQ=='
    const content = Buffer.from(
      '{"data":{"resource":{"id":49983981,"profile_id":16055450,"account_id":14124090,"type":"transfer"},"current_state":"incoming_payment_waiting","previous_state":null,"occurred_at":"2021-08-23T10:12:50Z"},"subscription_id":"90aa8e14-4ef1-4a56-861c-f3c9cde097ea","event_type":"transfers#state-change","schema_version":"2.0.0","sent_at":"2021-08-23T10:12:50Z"}',
    )
    expect(authenticate(define('rsa-sha256'), key, signature, content)).toBe('ok')
    expect(authenticate(define('rsa-sha256'), key, signature, content.subarray(1))).toBe('SIGNATURE_MISMATCH')
  })
})
