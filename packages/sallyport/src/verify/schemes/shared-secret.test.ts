import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toHeaderList, type HeadersInput } from '../header-list.ts'
import { isRefusal } from '../verdict.ts'
import { carriesProof } from './carries-proof.ts'
import { oneOf } from './one-of.ts'
import type { Scheme } from './scheme.ts'
import { sharedSecret, type SharedSecretOptions } from './shared-secret.ts'
import { withHttps } from './with-https.ts'
import { withRequiredHeader } from './with-required-header.ts'

interface Sent {
  readonly url?: string
  readonly headers?: HeadersInput
}

const toHead = ({ url = '/hooks', headers = {} }: Sent) => ({
  method: 'POST',
  url,
  headers: toHeaderList(headers),
  receivedAt: 0,
})

/** `ok`, or the code of the refusal. */
function authenticate(scheme: Scheme, secret: string, sent: Sent): string {
  const head = toHead(sent)
  const claim = scheme.inspect(head)
  if (isRefusal(claim)) return claim.code
  const key = scheme.prepareKey(secret)
  if (key === undefined) return 'no key'
  return scheme.verify(claim, { ...head, body: new Uint8Array() }, [key]) ? 'ok' : 'CREDENTIAL_MISMATCH'
}

describe('a shared secret in the URL', () => {
  const scheme = sharedSecret({ query: 'token' })

  it.each([
    ['/hooks?token=se%63ret', 'secret', 'ok'],
    ['/hooks?a=1&token=secret&b=2', 'secret', 'ok'],
    ['/hooks?token=a+b%2Bc', 'a+b+c', 'ok'],
    ['/hooks?token=a%20b', 'a b', 'ok'],
    ['/hooks?token=other', 'secret', 'CREDENTIAL_MISMATCH'],
    ['/hooks?token=secre%', 'secret', 'CREDENTIAL_MISMATCH'],
    ['/hooks?token=secret ', 'secret', 'CREDENTIAL_MISMATCH'],
    [`/hooks?token=${'a'.repeat(5000)}`, 'a'.repeat(5000), 'CREDENTIAL_MISMATCH'],
    ['/hooks?Token=secret', 'secret', 'CREDENTIAL_MISSING'],
    ['/hooks?token=', 'secret', 'CREDENTIAL_MISSING'],
    ['/hooks#?token=secret', 'secret', 'CREDENTIAL_MISSING'],
    ['/hooks', 'secret', 'CREDENTIAL_MISSING'],
    ['/hooks?token=secret&token=secret', 'secret', 'PARAMETER_DUPLICATED'],
    ['/hooks?token=secret&%74oken=', 'secret', 'PARAMETER_DUPLICATED'],
    ['', 'secret', 'REQUEST_UNREADABLE'],
  ])('%s with the secret %s is %s', (url, secret, expected) => {
    expect(authenticate(scheme, secret, { url })).toBe(expected)
  })

  it('is not taken from a header', () => {
    const headers = { token: 'secret', authorization: 'Bearer secret', 'x-original-url': '/?token=secret' }
    expect(authenticate(scheme, 'secret', { headers })).toBe('CREDENTIAL_MISSING')
  })

  it('is described by its parameter', () => {
    expect(scheme.describe()).toMatchObject({ header: '', parameter: 'token', signed: [] })
    expect(scheme.secretHeaders).toEqual(['?token'])
    expect(oneOf(sharedSecret({ header: 'x-token' }), scheme).describe().also).toEqual([
      expect.stringContaining('URL parameter token'),
    ])
  })
})

describe('a shared secret by HTTP Basic', () => {
  const scheme = sharedSecret({ basic: true })
  const encode = (text: string): string => Buffer.from(text).toString('base64')

  it.each([
    [`Basic ${encode('user:pass')}`, 'user:pass', 'ok'],
    [`basic  ${encode('user:pass:word')}`, 'user:pass:word', 'ok'],
    [`Basic ${encode('key:')}`, 'key:', 'ok'],
    [`Basic ${encode('us\u00e9r:p\u00e4ss')}`, 'us\u00e9r:p\u00e4ss', 'ok'],
    [`Basic ${encode('user:pass').replace(/=+$/, '')}`, 'user:pass', 'ok'],
    [`Basic ${encode('user:past')}`, 'user:pass', 'CREDENTIAL_MISMATCH'],
    [`Basic ${encode('usr:pass')}`, 'user:pass', 'CREDENTIAL_MISMATCH'],
    [`Basic ${encode('user:pass')}!`, 'user:pass', 'CREDENTIAL_MISMATCH'],
    ['Basic user:pass', 'user:pass', 'CREDENTIAL_MISMATCH'],
    ['Basic ', 'user:pass', 'CREDENTIAL_MISMATCH'],
    ['Bearer user:pass', 'user:pass', 'CREDENTIAL_MISMATCH'],
    ['user:pass', 'user:pass', 'CREDENTIAL_MISMATCH'],
    ['', 'user:pass', 'CREDENTIAL_MISSING'],
  ])('%s with the secret %s is %s', (authorization, secret, expected) => {
    expect(authenticate(scheme, secret, { headers: { authorization } })).toBe(expected)
  })

  it('is refused when it is sent twice', () => {
    const headers = { authorization: [`Basic ${encode('user:pass')}`, `Basic ${encode('user:pass')}`] }
    expect(authenticate(scheme, 'user:pass', { headers })).toBe('HEADER_DUPLICATED')
  })

  it.each(['', ':', 'user', 'us\ner:pass', 'user:pa\u0000ss'])('takes no key from %j', (secret) => {
    expect(scheme.prepareKey(secret)).toBeUndefined()
  })
})

describe('sharedSecret', () => {
  it.each([
    [{}, 'say where'],
    [{ header: 'x-token', query: 'token' }, 'say where'],
    [{ basic: true, header: 'authorization' }, 'say where'],
    [{ query: 'token', bearer: 'never' }, 'bearer'],
    [{ basic: false }, 'basic'],
    [{ header: '' }, 'header'],
    [{ query: '' }, 'query'],
  ])('throws PROVIDER_INVALID for %j', (options, named) => {
    expect(() => sharedSecret(options as SharedSecretOptions)).toThrow(
      expect.objectContaining({ code: 'PROVIDER_INVALID', message: expect.stringContaining(named) }),
    )
  })

  it('never accepts anything but the secret', () => {
    const place = fc.constantFrom<SharedSecretOptions>({ query: 'token' }, { basic: true }, { header: 'x-token' })
    const part = fc.constantFrom('token', '=', '&', 'secret', '%', '?', '#', ' ', 'Basic ', 'user:', 'dXNlcjpzZWNyZXQ=')
    const text = fc.array(part, { maxLength: 6 }).map((texts) => texts.join(''))
    fc.assert(
      fc.property(place, text, text, (options, query, value) => {
        const sent = { url: `/?${query}`, headers: { authorization: value, 'x-token': value } }
        const accepted = authenticate(sharedSecret(options), 'user:secret', sent) === 'ok'
        if (accepted) expect(value + query).toMatch(/user:secret|dXNlcjpzZWNyZXQ=/)
      }),
      { numRuns: 500 },
    )
  })
})

describe('carriesProof', () => {
  const query = sharedSecret({ query: 'token' })
  const header = sharedSecret({ header: 'x-token' })
  const basic = sharedSecret({ basic: true })
  const bearer = sharedSecret({ header: 'authorization', bearer: 'required' })
  const any = sharedSecret({ header: 'authorization' })

  it.each<[string, Scheme, Sent, boolean]>([
    ['a parameter', query, { url: '/?token=wrong' }, true],
    ['another parameter', query, { url: '/?other=x', headers: { token: 'x' } }, false],
    ['a header', header, { headers: { 'X-Token': '' } }, true],
    ['no header', header, { url: '/?x-token=1' }, false],
    ['Basic for Basic', basic, { headers: { authorization: 'Basic eA==' } }, true],
    ['Bearer for Basic', basic, { headers: { authorization: 'Bearer x' } }, false],
    ['Bearer for Bearer', bearer, { headers: { authorization: 'Bearer x' } }, true],
    ['Basic for Bearer', bearer, { headers: { authorization: 'Basic eA==' } }, false],
    ['Basic for any text', any, { headers: { authorization: 'Basic eA==' } }, false],
    ['either of a group', oneOf(header, query), { url: '/?token=x' }, true],
    ['what a condition adds', withRequiredHeader(header, 'x-door', ['one']), { headers: { 'x-door': 'one' } }, false],
    ['what HTTPS is added to', withHttps(query), { url: '/?token=x' }, true],
    ['a scheme of code', { ...query, carriesProof: undefined }, { url: '/?token=x' }, true],
  ])('finds %s', (_name, scheme, sent, expected) => expect(carriesProof(scheme, toHead(sent))).toBe(expected))
})
