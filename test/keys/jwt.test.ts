import { createHash, createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { createReceiver, safeVerify, type ReceiverOptions } from 'sallyport'
import { defineProvider, jwt, type JwtAlgorithm, type JwtOptions } from 'sallyport/provider'
import { signDelivery } from 'sallyport/testing'
import { createLocalJWKSet, jwtVerify, SignJWT } from 'jose'
import { describe, expect, it, vi } from 'vitest'
import * as z from 'zod'

const now = Date.UTC(2026, 10, 29, 8)
const seconds = now / 1000
const secret = 'a shared secret of some length'
const body = Buffer.from('{"id":"evt_1","type":"order.paid","data":{}}')
const hash = createHash('sha256').update(body).digest('base64')

const pairs = {
  RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: generateKeyPairSync('ed25519'),
}
const publicJwk = (algorithm: keyof typeof pairs, kid = algorithm as string) => ({
  ...pairs[algorithm].publicKey.export({ format: 'jwk' }),
  kid,
})
const pem = (key: KeyObject, type: 'spki' | 'pkcs8'): string =>
  key
    .export({ format: 'pem', type } as never)
    .toString()
    .trim()

const base: JwtOptions = {
  header: 'authorization',
  prefix: 'Bearer ',
  algorithms: ['HS256'],
  keys: { from: 'secret' },
  binds: { to: 'body', claim: 'sha256', encoding: 'base64' },
}

const acme = (options: Partial<JwtOptions> = {}) =>
  defineProvider({
    name: 'acme',
    scheme: jwt({ ...base, ...options }),
    identify: ({ body: { id, type, data } }) => ({ id: String(id), type, data }),
    events: { 'order.paid': z.looseObject({}) },
  })

interface Sent {
  readonly token?: string
  readonly body?: Uint8Array
  readonly url?: string
  readonly at?: number
}

function setUp(options: Partial<JwtOptions> = {}, given: ReceiverOptions = { secret }) {
  const errors: unknown[] = []
  const seen: { readonly id: string; readonly keyId: string; readonly signedAt?: Date | undefined }[] = []
  const receiver = createReceiver(acme(options), given)
    .on('order.paid', (event) => void seen.push(event))
    .onError((error) => void errors.push(error))
  const send = async ({ token, body: bytes = body, url = '/hook', at = now }: Sent): Promise<string> => {
    const headers = {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    }
    const { code, outcome } = await receiver.receive({ method: 'POST', url, headers, body: bytes, receivedAt: at })
    return code ?? outcome
  }
  return { receiver, send, seen, errors }
}

interface Made {
  readonly header?: Record<string, unknown>
  readonly key?: KeyObject | Uint8Array
}

/** A token made by jose. */
function make(
  claims: Record<string, unknown> = {},
  { header = {}, key = Buffer.from(secret) }: Made = {},
): Promise<string> {
  return new SignJWT({ iat: seconds, sha256: hash, ...claims })
    .setProtectedHeader({ alg: 'HS256', ...header })
    .sign(key)
}

describe('a token with a shared secret', () => {
  it('is accepted from jose, and jose accepts ours', async () => {
    const { send, seen } = setUp()
    expect(await send({ token: await make() })).toBe('handled')
    expect(seen).toMatchObject([{ id: 'evt_1', keyId: 'secret-1', signedAt: new Date(now) }])
    const ours = signDelivery(acme({ issuer: 'acme' }), { secret, body, now })
    const { payload } = await jwtVerify(ours.plainHeaders['authorization']!.slice(7), Buffer.from(secret), {
      currentDate: new Date(now),
      issuer: 'acme',
    })
    expect(payload).toMatchObject({ sha256: hash, iat: seconds })
  })

  it('reads the published example of RFC 7515, appendix A.1', async () => {
    const token =
      'eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
    const key = 'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow'
    const options = {
      keys: { from: 'secret', format: { encoding: 'base64url' } },
      binds: { to: 'nothing', reason: 'an example' },
      age: 'exp',
      issuer: 'joe',
      claims: { 'http://example.com/is_root': true },
    } as const
    const { send } = setUp(options, { secret: key })
    expect(await send({ token, at: 1_300_819_000_000 })).toBe('handled')
    expect(await send({ token, at: 1_300_819_380_000 + 300_001 })).toBe('TIMESTAMP_STALE')
    expect(await send({ token: token.replace(/k$/, 'A'), at: 1_300_819_000_000 })).toBe('CREDENTIAL_MISMATCH')
  })

  it('is rejected with another secret, body or signature', async () => {
    const { send } = setUp()
    expect(await send({ token: await make({}, { key: Buffer.from('another') }) })).toBe('SIGNATURE_MISMATCH')
    expect(await send({ token: await make(), body: Buffer.from('{"type":"order.paid"}') })).toBe('SIGNATURE_MISMATCH')
    for (const sha256 of [
      undefined,
      null,
      5,
      '',
      hash.slice(1),
      `${hash} `,
      Buffer.from(hash, 'base64').toString('hex'),
    ])
      expect(await send({ token: await make({ sha256 }) })).toBe('SIGNATURE_MISMATCH')
    const [header, claims, signature] = (await make()).split('.')
    const [, otherClaims] = (await make({ sha256: createHash('sha256').update('{}').digest('base64') })).split('.')
    expect(await send({ token: [header, otherClaims, signature].join('.'), body: Buffer.from('{}') })).toBe(
      'SIGNATURE_MISMATCH',
    )
    expect(await send({ token: [header, claims, 'AAAA'].join('.') })).toBe('SIGNATURE_MISMATCH')
  })

  it('accepts old and new secrets', async () => {
    const { send, seen } = setUp(
      {},
      {
        secret: [
          { id: 'old', secret: 'the old one' },
          { id: 'new', secret },
        ],
      },
    )
    expect(await send({ token: await make() })).toBe('handled')
    expect(seen).toMatchObject([{ keyId: 'new' }])
  })

  it('is rejected without the prefix, twice or empty', async () => {
    const { receiver } = setUp()
    const token = await make()
    const codeOf = async (headers: Record<string, string | readonly string[]>) =>
      (
        await receiver.receive({
          method: 'POST',
          url: '/',
          headers: { 'content-type': 'application/json', ...headers },
          body,
          receivedAt: now,
        })
      ).code
    expect(await codeOf({ authorization: token })).toBe('SIGNATURE_MALFORMED')
    expect(await codeOf({ authorization: `Basic ${token}` })).toBe('SIGNATURE_MALFORMED')
    expect(await codeOf({ authorization: `bearer ${token}` })).toBeUndefined()
    expect(await codeOf({ authorization: [`Bearer ${token}`, `Bearer ${token}`] })).toBe('HEADER_DUPLICATED')
    expect(await codeOf({})).toBe('SIGNATURE_MISSING')
  })
})

describe('the algorithm of a token', () => {
  const unsigned = (header: object, claims: object = { iat: seconds, sha256: hash }): string =>
    `${[header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.AAAA`

  it.each(['none', 'None', 'NONE', 'nOnE', 'HS384', 'hs256', 'RS256', 'PS256', 'ES256K', 'dir', ''])(
    'is never %j',
    async (alg) => {
      const { send } = setUp()
      expect(await send({ token: unsigned({ alg }) })).toBe('SIGNATURE_MALFORMED')
    },
  )

  it('is not HS256 under a public key', async () => {
    const publicPem = pem(pairs.RS256.publicKey, 'spki')
    const { send } = setUp({ algorithms: ['RS256'] }, { secret: publicPem })
    for (const key of [publicPem, `${publicPem}\n`, pairs.RS256.publicKey.export({ format: 'der', type: 'spki' })])
      expect(await send({ token: await make({}, { key: Buffer.from(key) }) })).toBe('SIGNATURE_MALFORMED')
    expect(await send({ token: await make({}, { key: pairs.RS256.privateKey, header: { alg: 'RS256' } }) })).toBe(
      'handled',
    )
  })

  it('is that of the key, where several are accepted', async () => {
    const { send } = setUp({ algorithms: ['RS256', 'ES256'] }, { secret: pem(pairs.ES256.publicKey, 'spki') })
    expect(await send({ token: await make({}, { key: pairs.ES256.privateKey, header: { alg: 'ES256' } }) })).toBe(
      'handled',
    )
    expect(await send({ token: await make({}, { key: pairs.RS256.privateKey, header: { alg: 'RS256' } }) })).toBe(
      'SIGNATURE_MISMATCH',
    )
  })

  it.each(['RS256', 'ES256', 'EdDSA'] as const)('may be %s, with a key as PEM or JWK', async (algorithm) => {
    const { publicKey, privateKey } = pairs[algorithm]
    for (const text of [pem(publicKey, 'spki'), JSON.stringify(publicJwk(algorithm))]) {
      const { send } = setUp({ algorithms: [algorithm] }, { secret: text })
      expect(await send({ token: await make({}, { key: privateKey, header: { alg: algorithm } }) })).toBe('handled')
      const { send: again } = setUp({ algorithms: [algorithm] }, { secret: text })
      const ours = signDelivery(acme({ algorithms: [algorithm] }), { secret: pem(privateKey, 'pkcs8'), body, now })
      expect(await again({ token: ours.plainHeaders['authorization']!.slice(7) })).toBe('handled')
    }
  })

  it.each<[string, JwtAlgorithm, string]>([
    ['a private key', 'RS256', pem(pairs.RS256.privateKey, 'pkcs8')],
    ['a private key as JWK', 'ES256', JSON.stringify(pairs.ES256.privateKey.export({ format: 'jwk' }))],
    ['a key of another kind', 'RS256', pem(pairs.ES256.publicKey, 'spki')],
    ['a key of another curve', 'ES256', pem(generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey, 'spki')],
    ['a short key', 'RS256', pem(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey, 'spki')],
    ['a text', 'ES256', 'not a key'],
  ])('takes no secret that is %s', (_, algorithm, text) => {
    expect(() => setUp({ algorithms: [algorithm] }, { secret: text })).toThrow(
      expect.objectContaining({ code: 'SECRET_INVALID' }),
    )
  })

  it('never comes with a key of its own', async () => {
    const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const jwk = stranger.publicKey.export({ format: 'jwk' })
    const { send } = setUp({ algorithms: ['RS256'] }, { secret: pem(pairs.RS256.publicKey, 'spki') })
    for (const header of [
      { jwk },
      { jku: 'https://evil.example/keys' },
      { x5u: 'https://evil.example/cert' },
      { x5c: ['AAAA'] },
    ])
      expect(
        await send({ token: await make({}, { key: stranger.privateKey, header: { alg: 'RS256', ...header } }) }),
      ).toBe('SIGNATURE_MISMATCH')
  })
})

describe('the claims of a token', () => {
  const options: Partial<JwtOptions> = {
    issuer: ['acme', 'https://acme.example'],
    audience: 'https://hooks.example',
    claims: { email: 'push@acme.example', email_verified: true },
  }
  const right = { iss: 'acme', aud: 'https://hooks.example', email: 'push@acme.example', email_verified: true }

  it.each([
    ['are right', {}, 'handled'],
    ['name several audiences', { aud: ['https://a.example', 'https://hooks.example'] }, 'handled'],
    ['name another issuer', { iss: 'https://acme.example' }, 'handled'],
    ['name no issuer', { iss: undefined }, 'TOKEN_CLAIM_MISMATCH'],
    ['name a list of issuers', { iss: ['acme'] }, 'TOKEN_CLAIM_MISMATCH'],
    ['name an audience below', { aud: 'https://hooks.example/x' }, 'TOKEN_CLAIM_MISMATCH'],
    ['name no audience', { aud: undefined }, 'TOKEN_CLAIM_MISMATCH'],
    ['name an empty list of audiences', { aud: [] }, 'TOKEN_CLAIM_MISMATCH'],
    ['name another account', { email: 'any@google.example' }, 'TOKEN_CLAIM_MISMATCH'],
    ['do not verify the account', { email_verified: false }, 'TOKEN_CLAIM_MISMATCH'],
    ['verify the account in words', { email_verified: 'true' }, 'TOKEN_CLAIM_MISMATCH'],
    ['leave the verification out', { email_verified: undefined }, 'TOKEN_CLAIM_MISMATCH'],
  ])('that %s', async (_, claims, expected) => {
    expect(await setUp(options).send({ token: await make({ ...right, ...claims }) })).toBe(expected)
  })

  it('are checked before the body is read', async () => {
    const { receiver } = setUp(options)
    const read = vi.fn(() => Promise.resolve(body))
    const headers = {
      'content-type': 'application/json',
      authorization: `Bearer ${await make({ ...right, aud: 'x' })}`,
    }
    expect(await receiver.receive({ method: 'POST', url: '/', headers, body: read, receivedAt: now })).toMatchObject({
      status: 401,
      code: 'TOKEN_CLAIM_MISMATCH',
    })
    expect(read).not.toHaveBeenCalled()
  })

  it.each([
    ['now', { iat: seconds }, 'handled'],
    ['300 s ago', { iat: seconds - 300 }, 'handled'],
    ['301 s ago', { iat: seconds - 301 }, 'TIMESTAMP_STALE'],
    ['301 s ahead', { iat: seconds + 301 }, 'TIMESTAMP_FUTURE'],
    ['with a fraction', { iat: seconds + 0.5 }, 'handled'],
    ['in text', { iat: String(seconds) }, 'TIMESTAMP_MALFORMED'],
    ['below zero', { iat: -1 }, 'TIMESTAMP_MALFORMED'],
    ['far beyond', { iat: 1e300 }, 'TIMESTAMP_MALFORMED'],
    ['at no time', { iat: undefined }, 'TIMESTAMP_MISSING'],
    ['to expire 300 s ago', { exp: seconds - 300 }, 'handled'],
    ['to expire 301 s ago', { exp: seconds - 301 }, 'TIMESTAMP_STALE'],
    ['to begin in 301 s', { nbf: seconds + 301 }, 'TIMESTAMP_FUTURE'],
    ['to expire in words', { exp: 'never' }, 'TIMESTAMP_MALFORMED'],
    ['to begin with null', { nbf: null }, 'TIMESTAMP_MALFORMED'],
  ])('signed %s', async (_, claims, expected) => {
    const token = `${(await make()).split('.')[0]}.${Buffer.from(JSON.stringify({ iat: seconds, sha256: hash, ...claims })).toString('base64url')}`
    const signature = createHmac('sha256', secret).update(token).digest('base64url')
    expect(await setUp().send({ token: `${token}.${signature}` })).toBe(expected)
  })

  it('limit the age by nbf, or by exp alone', async () => {
    const byStart = setUp({ age: 'nbf' })
    expect(await byStart.send({ token: await make({ iat: undefined, nbf: seconds }) })).toBe('handled')
    expect(await byStart.send({ token: await make({ iat: undefined, nbf: seconds - 301 }) })).toBe('TIMESTAMP_STALE')
    const byEnd = setUp({ age: 'exp' })
    expect(await byEnd.send({ token: await make({ iat: seconds - 3600, exp: seconds }) })).toBe('handled')
    expect(await byEnd.send({ token: await make() })).toBe('TIMESTAMP_MISSING')
    expect(await byEnd.send({ token: await make({ iat: seconds + 400, exp: seconds + 4000 }) })).toBe(
      'TIMESTAMP_FUTURE',
    )
  })
})

describe('what a token covers', () => {
  it('may be nothing: then no event is a duplicate, and nothing unsigned names it', async () => {
    const { send, seen, receiver } = setUp({ binds: { to: 'nothing', reason: 'the sender signs no body' }, age: 'exp' })
    const token = await make({ exp: seconds + 3600, sha256: undefined })
    const other = Buffer.from('{"id":"evt_1","type":"order.paid","data":{"forged":true}}')
    expect(await send({ token })).toBe('handled')
    expect(await send({ token })).toBe('handled')
    expect(await send({ token, body: other })).toBe('handled')
    expect(JSON.stringify(receiver.describe())).toContain('the sender signs no body')
    expect(seen).toHaveLength(3)
  })

  it('may be the request', async () => {
    const options: Partial<JwtOptions> = { binds: { to: 'request', claim: 'qsh' }, prefix: 'Bearer ' }
    const signed = signDelivery(acme(options), { secret, body, now, url: '/hook?b=2&a=1' })
    const token = signed.plainHeaders['authorization']!.slice(7)
    expect(await setUp(options).send({ token, url: '/hook?b=2&a=1' })).toBe('handled')
    expect(await setUp(options).send({ token, url: '/hook?b=2&a=2' })).toBe('CREDENTIAL_MISMATCH')
    expect(await setUp(options).send({ token, url: '/other?b=2&a=1' })).toBe('CREDENTIAL_MISMATCH')
    expect(await setUp(options).send({ token, url: '' })).toBe('REQUEST_UNREADABLE')
    expect(await setUp(options).send({ token: await make({ qsh: 'context-qsh' }), url: '/hook' })).toBe(
      'CREDENTIAL_MISMATCH',
    )
  })

  it('tells two tokens for one body apart', async () => {
    const plain = defineProvider({ ...acme(), identify: ({ body: { type, data } }) => ({ type, data }) })
    const receiver = createReceiver(plain, { secret }).on('order.paid', () => {})
    const outcome = async (iat: number) =>
      (
        await receiver.receive({
          method: 'POST',
          url: '/',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${await make({ iat })}` },
          body,
          receivedAt: now,
        })
      ).outcome
    expect(await outcome(seconds)).toBe('handled')
    expect(await outcome(seconds)).toBe('duplicate')
    expect(await outcome(seconds - 1)).toBe('handled')
  })
})

describe('keys of a set', () => {
  const url = 'https://keys.acme.example/jwks'
  function setUpSet(keys: readonly object[], algorithms: readonly JwtAlgorithm[] = ['RS256', 'ES256', 'EdDSA']) {
    const state = { keys, isDown: false, clock: 0 }
    const fetch = vi.fn(() =>
      Promise.resolve(
        state.isDown ? new Response('', { status: 500 }) : new Response(JSON.stringify({ keys: state.keys })),
      ),
    )
    return { state, fetch, ...setUp({ algorithms, keys: { from: 'jwks', url, fetch, clock: () => state.clock } }, {}) }
  }
  const signedBy = (algorithm: keyof typeof pairs, kid: string | undefined = algorithm) =>
    make({}, { key: pairs[algorithm].privateKey, header: { alg: algorithm, kid } })

  it('are found by the name that the token gives', async () => {
    const { send, fetch, seen } = setUpSet([publicJwk('RS256'), publicJwk('ES256'), publicJwk('EdDSA')])
    expect(await send({ token: await signedBy('RS256') })).toBe('handled')
    expect(await send({ token: await signedBy('ES256') })).toBe('duplicate')
    expect(await send({ token: await signedBy('EdDSA') })).toBe('duplicate')
    expect(fetch).toHaveBeenCalledTimes(1)
    expect(seen).toMatchObject([{ keyId: 'RS256' }])
  })

  it('agree with jose, and our signer with them', async () => {
    const jwk = { ...pairs.ES256.privateKey.export({ format: 'jwk' }), kid: 'ES256' }
    const { send } = setUpSet([publicJwk('ES256')])
    const ours = signDelivery(acme({ algorithms: ['ES256'], keys: { from: 'jwks', url } }), {
      secret: JSON.stringify(jwk),
      body,
      now,
    })
    const token = ours.plainHeaders['authorization']!.slice(7)
    await jwtVerify(token, createLocalJWKSet({ keys: [publicJwk('ES256')] }), { currentDate: new Date(now) })
    expect(await send({ token })).toBe('handled')
  })

  it('are fetched again for a new name, at most every 30 s', async () => {
    const { send, fetch, state, errors } = setUpSet([publicJwk('RS256', 'old')])
    expect(await send({ token: await signedBy('RS256', 'old') })).toBe('handled')
    state.keys = [publicJwk('RS256', 'old'), publicJwk('ES256', 'new')]
    for (let index = 0; index < 50; index++)
      expect(await send({ token: await signedBy('RS256', `forged-${index}`) })).toBe('KEY_UNAVAILABLE')
    expect(fetch).toHaveBeenCalledTimes(1)
    state.clock += 30_001
    expect(await send({ token: await signedBy('ES256', 'new') })).toBe('duplicate')
    expect(fetch).toHaveBeenCalledTimes(2)
    expect(errors).toHaveLength(50)
  })

  it('outlive an outage, and are never made up', async () => {
    const { send, state } = setUpSet([publicJwk('RS256')])
    state.isDown = true
    expect(await send({ token: await signedBy('RS256') })).toBe('KEY_UNAVAILABLE')
    state.isDown = false
    state.clock += 30_000
    expect(await send({ token: await signedBy('RS256') })).toBe('handled')
    state.isDown = true
    state.clock += 3_600_001
    expect(await send({ token: await signedBy('RS256') })).toBe('duplicate')
    state.clock += 86_400_000
    expect(await send({ token: await signedBy('RS256') })).toBe('KEY_UNAVAILABLE')
  })

  it.each<[string, readonly object[]]>([
    ['that is for encryption', [{ ...publicJwk('RS256'), use: 'enc' }]],
    ['for another algorithm', [{ ...publicJwk('RS256'), alg: 'RS512' }]],
    ['of another kind with the same name', [publicJwk('ES256', 'RS256')]],
    ['that is shared', [{ kty: 'oct', k: 'AAAA', kid: 'RS256' }]],
    ['twice', [publicJwk('RS256'), publicJwk('RS256')]],
    ['in no set', []],
  ])('do not count: one %s', async (_, keys) => {
    const { send } = setUpSet(keys)
    expect(await send({ token: await signedBy('RS256') })).toBe('KEY_UNAVAILABLE')
  })

  it('are not asked for without a name, nor for a body that does not fit', async () => {
    const { send, fetch } = setUpSet([publicJwk('RS256')])
    expect(await send({ token: await signedBy('RS256'), body: Buffer.from('{}') })).toBe('SIGNATURE_MISMATCH')
    expect(fetch).not.toHaveBeenCalled()
    const nameless = await make({}, { key: pairs.RS256.privateKey, header: { alg: 'RS256' } })
    expect(await send({ token: nameless })).toBe('SIGNATURE_MALFORMED')
  })
})

describe('keys of a function', () => {
  it('are asked for by name, once, and only what it returns counts', async () => {
    const find = vi.fn((kid: string) =>
      kid === 'ES256' ? Promise.resolve(publicJwk('ES256')) : Promise.reject(new Error('no such key')),
    )
    const { send, errors } = setUp({ algorithms: ['ES256'], keys: { from: 'function', find } }, {})
    const token = await make({}, { key: pairs.ES256.privateKey, header: { alg: 'ES256', kid: 'ES256' } })
    expect(await send({ token })).toBe('handled')
    expect(await send({ token })).toBe('duplicate')
    const forged = await make(
      {},
      { key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, header: { alg: 'ES256', kid: 'ES256' } },
    )
    expect(await send({ token: forged })).toBe('SIGNATURE_MISMATCH')
    const unknown = await make({}, { key: pairs.ES256.privateKey, header: { alg: 'ES256', kid: 'other' } })
    expect(await send({ token: unknown })).toBe('KEY_UNAVAILABLE')
    expect(await send({ token: unknown })).toBe('KEY_UNAVAILABLE')
    expect(find).toHaveBeenCalledTimes(2)
    expect(errors[0]).toMatchObject({ message: expect.stringContaining('no such key') })
  })

  it('keep their place where others are asked for in vain', async () => {
    const find = vi.fn((kid: string) => (kid === 'ES256' ? publicJwk('ES256') : undefined))
    let elapsed = 0
    const { send } = setUp({ algorithms: ['ES256'], keys: { from: 'function', find, clock: () => elapsed } }, {})
    const named = (kid: string) => make({}, { key: pairs.ES256.privateKey, header: { alg: 'ES256', kid } })
    expect(await send({ token: await named('ES256') })).toBe('handled')
    for (let index = 0; index < 70; index++) {
      elapsed += 1_000
      expect(await send({ token: await named(`none-${index}`) })).toBe('KEY_UNAVAILABLE')
    }
    find.mockClear()
    expect(await send({ token: await named('ES256') })).toBe('duplicate')
    expect(find).not.toHaveBeenCalled()
  })

  it('may throw at once, or answer with nonsense', async () => {
    const token = await make({}, { key: pairs.ES256.privateKey, header: { alg: 'ES256', kid: 'k' } })
    for (const find of [
      () => {
        throw new Error('at once')
      },
      () => ({}),
      () => null as never,
      () => ({ kty: 'EC', crv: 'P-256', x: 'A', y: 'A' }),
    ]) {
      const { send } = setUp({ algorithms: ['ES256'], keys: { from: 'function', find } }, {})
      expect(await send({ token })).toBe('KEY_UNAVAILABLE')
    }
  })
})

describe('the program in the documents', () => {
  it('accepts a token of its sender', async () => {
    vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify({ keys: [publicJwk('RS256')] }))))
    try {
      const { acme: documented } = await import('../../examples/providers/token.ts')
      const jwk = JSON.stringify({ ...pairs.RS256.privateKey.export({ format: 'jwk' }), kid: 'RS256' })
      const { plainHeaders: headers } = signDelivery(documented, { secret: jwk, body, now })
      const result = await safeVerify(documented, { headers, body, receivedAt: now })
      expect(result).toMatchObject({ ok: true, event: { id: 'evt_1', keyId: 'RS256' } })
    } finally {
      vi.unstubAllGlobals()
    }
  })
})

describe('jwt options', () => {
  it.each<[string, object]>([
    ['no algorithm', { algorithms: [] }],
    ['none as algorithm', { algorithms: ['none'] }],
    ['HS256 beside public keys', { algorithms: ['HS256', 'RS256'] }],
    ['HS256 with fetched keys', { keys: { from: 'jwks', url: 'https://a.example/k' } }],
    ['keys without HTTPS', { algorithms: ['RS256'], keys: { from: 'jwks', url: 'http://a.example/k' } }],
    ['keys with a user', { algorithms: ['RS256'], keys: { from: 'jwks', url: 'https://a@b.example/k' } }],
    ['keys from nowhere', { algorithms: ['RS256'], keys: { from: 'token' } }],
    ['keys of no function', { algorithms: ['RS256'], keys: { from: 'function' } }],
    ['a body without a claim', { binds: { to: 'body', encoding: 'hex' } }],
    ['a body in no encoding', { binds: { to: 'body', claim: 'sha256' } }],
    ['nothing without a reason', { binds: { to: 'nothing' } }],
    ['an unset claim', { claims: { email: undefined } }],
    ['an empty list of claims', { claims: { email: [] } }],
    ['an empty list of audiences', { audience: [] }],
    ['an empty issuer', { issuer: '' }],
    ['a misspelt option', { audiense: 'a' }],
    ['another age', { age: 'jti' }],
  ])('throws for %s', (_, options) => {
    expect(() => jwt({ ...base, ...options })).toThrow(expect.objectContaining({ code: 'PROVIDER_INVALID' }))
  })

  it('describes what is checked, without a secret', () => {
    const { receiver } = setUp({ issuer: 'acme', audience: 'https://hooks.example' })
    const text = JSON.stringify(receiver.describe())
    expect(text).toContain('iss: acme')
    expect(text).toContain('body, by its SHA-256')
    expect(text).not.toContain(secret)
  })
})
