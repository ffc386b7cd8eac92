import { createHmac } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import {
  createVerifier,
  RejectError,
  safeVerify,
  SallyportError,
  verify,
  type Provider,
  type VerifyOptions,
} from 'sallyport'
import { defineProvider, hmac, noTimestamp, parts, sharedSecret, toHeaderList, withHttps } from 'sallyport/provider'
import { github } from 'sallyport/providers/github'
import { invoratec } from 'sallyport/providers/invoratec'
import { sonzai } from 'sallyport/providers/sonzai'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import { stripe } from 'sallyport/providers/stripe'
import { signDelivery } from 'sallyport/testing'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'

const secret = 'whsec_dGhlIHNlY3JldCBvZiB0aGlzIHRlc3Q='
const now = Date.UTC(2026, 0, 1)

const signed = (type = 'invoice.paid') => signDelivery(stripe(), { secret, now, type })

function request(): { headers: Record<string, string>; body: Uint8Array; receivedAt: number; secret: string } {
  const { plainHeaders, body } = signed()
  return { headers: plainHeaders, body, receivedAt: now, secret }
}

describe('verify', () => {
  it.each([
    ['sonzai', sonzai(), 'on_wakeup_ready'],
    ['invoratec', invoratec(), 'tool.executed'],
    ['github', github(), 'push'],
    ['stripe', stripe(), 'invoice.paid'],
    ['standard-webhooks', standardWebhooks({ events: { 'contact.created': z.looseObject({}) } }), 'contact.created'],
  ] as [string, Provider, string][])('returns the event of %s', async (name, provider, type) => {
    const { plainHeaders: headers, body } = signDelivery(provider, { secret, now, type })
    const event = await verify(provider, { secret, headers, body, receivedAt: now })
    expect(event).toMatchObject({ type, provider: name, keyId: 'secret-1', receivedAt: new Date(now) })
    expect(event.id).toMatch(/./)
    expect(event.data).toEqual(expect.any(Object))
    const broken = { secret, headers, body: Buffer.concat([body, Buffer.from(' ')]), receivedAt: now }
    await expect(verify(provider, broken)).rejects.toThrow(expect.objectContaining({ code: 'SIGNATURE_MISMATCH' }))
  })

  it.each([
    ['a plain object', (headers: Record<string, string>) => headers],
    ['an object with lists', (headers: Record<string, string>) => ({ ...lists(headers), 'x-none': undefined })],
    ['Headers', (headers: Record<string, string>) => new Headers(headers)],
    ['pairs', (headers: Record<string, string>) => Object.entries(headers)],
    ['a raw list', (headers: Record<string, string>) => Object.entries(headers).flat()],
    ['a header list', (headers: Record<string, string>) => toHeaderList(headers)],
  ])('reads headers from %s', async (_name, convert) => {
    const { headers, ...rest } = request()
    expect(await verify(stripe(), { ...rest, headers: convert(headers) })).toMatchObject({ type: 'invoice.paid' })
  })

  it('validates the data by the schema of the type', async () => {
    const provider = acme({ 'order.paid': z.object({ total: z.coerce.number() }) })
    const event = await verify(provider, acmeRequest({ type: 'order.paid', total: '7' }))
    expect(event.data).toEqual({ total: 7 })
    await expect(verify(provider, acmeRequest({ type: 'order.paid', total: 'secret' }))).rejects.toThrow(
      expect.objectContaining({ code: 'PAYLOAD_INVALID', message: 'the data does not match its schema at: total' }),
    )
  })

  it('returns an undeclared type with its data as it is', async () => {
    expect(await verify(acme({}), acmeRequest({ type: 'order.lost', total: '7' }))).toMatchObject({
      type: 'order.lost',
      data: { type: 'order.lost', total: '7' },
    })
  })

  it('accepts any of several secrets', async () => {
    const secrets = ['whsec_other', { id: 'current', secret }]
    expect(await verify(stripe(), { ...request(), secret: secrets })).toMatchObject({ keyId: 'current' })
  })

  it('asks a resolver, which may name a tenant', async () => {
    const resolve = ({ url }: { url: string }) => ({ tenant: url.slice(1), secrets: secret })
    expect(await verify(stripe(), { ...request(), secret: resolve, url: '/acme' })).toMatchObject({ tenant: 'acme' })
  })

  it('throws a SallyportError that says what to do', async () => {
    const error: unknown = await verify(stripe(), { ...request(), secret: 'whsec_other' }).catch(
      (cause: unknown) => cause,
    )
    expect(SallyportError.is(error)).toBe(true)
    expect(error).toMatchObject({
      status: 401,
      title: 'Signature does not match',
      message: 'stripe: Signature does not match. Check the secret, and that nothing changes the body in transit.',
    })
    expect(JSON.stringify(error)).toBe('{"code":"SIGNATURE_MISMATCH","title":"Signature does not match"}')
  })

  it.each([
    ['SECRET_MISSING', { secret: undefined }],
    ['SECRET_INVALID', { secret: '' }],
    ['OPTION_INVALID', { toleranceMs: 0 }],
    ['OPTION_INVALID', { maxBodyBytes: Infinity }],
    ['OPTION_INVALID', { acceptUnauthenticated: true }],
  ] as [string, Partial<VerifyOptions>][])('throws %s for %j', async (code, options) => {
    const wrong = { ...request(), ...options }
    await expect(verify(stripe(), wrong)).rejects.toThrow(expect.objectContaining({ code }))
    await expect(safeVerify(stripe(), wrong)).rejects.toThrow(expect.objectContaining({ code }))
  })
})

describe('safeVerify', () => {
  it('returns the event', async () => {
    const result = await safeVerify(stripe(), request())
    expect(result).toMatchObject({ ok: true, event: { type: 'invoice.paid' } })
  })

  const { headers, body } = request()
  it.each([
    ['METHOD_NOT_ALLOWED', { method: 'GET' }],
    ['CONTENT_TYPE_UNSUPPORTED', { headers: { ...headers, 'Content-Type': 'text/plain' } }],
    ['CONTENT_ENCODING_UNSUPPORTED', { headers: { ...headers, 'Content-Encoding': 'gzip' } }],
    ['BODY_TOO_LARGE', { maxBodyBytes: 10 }],
    ['BODY_TOO_LARGE', { headers: { ...headers, 'Content-Length': '9999999' } }],
    ['BODY_ALREADY_PARSED', { body: body.toString() as never }],
    ['BODY_ALREADY_PARSED', { body: {} as never }],
    ['BODY_ALREADY_PARSED', { body: undefined as never }],
    ['SIGNATURE_MISSING', { headers: {} }],
    ['SIGNATURE_MALFORMED', { headers: { 'stripe-signature': 'junk' } }],
    ['SIGNATURE_MISMATCH', { body: Buffer.from('{}') }],
    ['HEADER_DUPLICATED', { headers: { 'stripe-signature': ['a', 'b'] } }],
    ['HEADER_INVALID', { headers: { 'stripe-signature': 't=1,v1=ü' } }],
    ['TIMESTAMP_MISSING', { headers: { 'stripe-signature': `v1=${'0'.repeat(64)}` } }],
    ['TIMESTAMP_MALFORMED', { headers: { 'stripe-signature': `t=x,v1=${'0'.repeat(64)}` } }],
    ['TIMESTAMP_STALE', { receivedAt: now + 301_000 }],
    ['TIMESTAMP_FUTURE', { receivedAt: now - 301_000 }],
    ['TIMESTAMP_STALE', { receivedAt: undefined, now: () => now + 301_000 }],
    ['TIMESTAMP_MALFORMED', { receivedAt: Number.NaN }],
    ['SECRET_UNKNOWN', { secret: () => undefined }],
    ['SECRET_UNKNOWN', { secret: { secret, notAfter: now } }],
    ['SECRET_RESOLVER_FAILED', { secret: () => Promise.reject(new Error('down')) }],
    ['SECRET_INVALID', { secret: () => '' }],
  ] as [string, Partial<VerifyOptions>][])('returns %s: %#', async (code, changes) => {
    const result = await safeVerify(stripe(), { ...request(), ...changes })
    expect(result).toMatchObject({ ok: false, code, title: expect.any(String), fix: expect.any(String) })
  })

  it.each([
    ['BODY_NOT_UTF8', Buffer.from([0xff])],
    ['BODY_NOT_JSON', Buffer.from('{')],
    ['BODY_NOT_OBJECT', Buffer.from('[]')],
    ['EVENT_UNIDENTIFIED', Buffer.from('{}')],
  ])('returns %s for a signed body', async (code, bytes) => {
    expect(await safeVerify(acme({}), acmeRequest(bytes))).toMatchObject({ ok: false, code })
  })

  it('returns HEADER_DISAGREES if a header contradicts the body', async () => {
    const { plainHeaders, body: bytes } = signDelivery(github(), { secret, type: 'push' })
    const wrong = { secret, body: bytes, headers: { ...plainHeaders, 'X-GitHub-Event': 'release' } }
    expect(await safeVerify(github(), wrong)).toMatchObject({ code: 'HEADER_DISAGREES', status: 400 })
  })

  it('returns the refusals of signed headers', async () => {
    const provider = standardWebhooks({ events: {} })
    const { plainHeaders, body: bytes } = signDelivery(provider, { secret, type: 'a', body: { type: 'a' } })
    const { 'webhook-id': id, ...others } = plainHeaders
    const check = (changed: Record<string, string>) => safeVerify(provider, { secret, body: bytes, headers: changed })
    expect(await check(plainHeaders)).toMatchObject({ ok: true, event: { id } })
    expect(await check(others)).toMatchObject({ code: 'SIGNED_HEADER_MISSING' })
    expect(await check({ ...others, 'webhook-id': 'a.b' })).toMatchObject({ code: 'SIGNED_HEADER_INVALID' })
  })

  it('returns the refusals of a shared secret and of HTTPS', async () => {
    const base = { name: 'acme', identify: () => ({ type: 'a', data: {} }), events: {} }
    const scheme = sharedSecret({ header: 'authorization' })
    const open = defineProvider({ ...base, scheme })
    const encrypted = defineProvider({ ...base, scheme: withHttps(scheme) })
    const input = { secret: 'token', body: Buffer.from('{}'), headers: { authorization: 'Bearer token' } }
    expect(await safeVerify(open, input)).toMatchObject({ ok: true })
    expect(await safeVerify(open, { ...input, headers: {} })).toMatchObject({ code: 'CREDENTIAL_MISSING' })
    expect(await safeVerify(open, { ...input, headers: { authorization: 'x' } })).toMatchObject({
      code: 'CREDENTIAL_MISMATCH',
    })
    expect(await safeVerify(encrypted, input)).toMatchObject({ code: 'REQUEST_UNREADABLE' })
    expect(await safeVerify(encrypted, { ...input, secure: false })).toMatchObject({ code: 'HTTPS_REQUIRED' })
    expect(await safeVerify(encrypted, { ...input, secure: true })).toMatchObject({ ok: true })
  })

  it('says why text is no body', async () => {
    const result = await safeVerify(stripe(), { ...request(), body: '{}' as never })
    expect(result).toMatchObject({ ok: false, code: 'BODY_ALREADY_PARSED' })
    expect(!result.ok && result.error.message).toMatch(/body is text, but the signature covers the exact bytes/)
  })

  it('decompresses bodies where the provider allows it', async () => {
    const provider = { ...acme({}), contentEncoding: { accept: ['gzip'], signed: 'wire' } } as const
    const zipped = gzipSync('{"type":"a"}')
    const input = acmeRequest(zipped)
    const zippedHeaders = { ...input.headers, 'Content-Encoding': 'gzip' }
    expect(await safeVerify(provider, { ...input, headers: zippedHeaders })).toMatchObject({
      ok: true,
      event: { type: 'a' },
    })
    expect(await safeVerify(provider, { ...input, headers: zippedHeaders, maxBodyBytes: zipped.length })).toMatchObject(
      { ok: true },
    )
    const damaged = acmeRequest(Buffer.from('not gzip'))
    expect(
      await safeVerify(provider, { ...damaged, headers: { ...damaged.headers, 'Content-Encoding': 'gzip' } }),
    ).toMatchObject({
      code: 'CONTENT_ENCODING_INVALID',
    })
  })

  it('returns what a schema throws as a failure', async () => {
    const throwing = (error: Error) => {
      const fail = (): never => {
        throw error
      }
      return acme({ a: { '~standard': { version: 1, vendor: 'test', validate: fail } } })
    }
    const input = acmeRequest({ type: 'a' })
    expect(await safeVerify(throwing(new RejectError('no')), input)).toMatchObject({
      code: 'DELIVERY_REJECTED',
      status: 422,
    })
    const cause = new Error('a bug')
    const result = await safeVerify(throwing(cause), input)
    expect(result).toMatchObject({ code: 'INTERNAL', status: 500, error: { cause } })
  })

  it('needs no content type and no URL', async () => {
    const { headers: all, ...rest } = request()
    const { 'Content-Type': _, ...others } = all
    expect(await safeVerify(stripe(), { ...rest, headers: others })).toMatchObject({ ok: true })
  })
})

describe('createVerifier', () => {
  const verifier = createVerifier(stripe(), { secret })

  it('throws for wrong options at once', () => {
    expect(() => createVerifier(stripe(), {})).toThrow(expect.objectContaining({ code: 'SECRET_MISSING' }))
  })

  it('verifies many requests with keys prepared once', async () => {
    const { secret: _, ...input } = request()
    expect(await verifier.verify(input)).toMatchObject({ type: 'invoice.paid' })
    expect(await verifier.safeVerify({ ...input, headers: {} })).toMatchObject({ code: 'SIGNATURE_MISSING' })
  })

  it('authenticates synchronously, without an event', () => {
    const delivery = { ...signed(), receivedAt: now }
    expect(verifier.authenticate(delivery)).toMatchObject({ ok: true, keyId: 'secret-1', signedAt: now })
    expect(verifier.authenticate({ ...delivery, body: Buffer.from('{}') })).toEqual({
      ok: false,
      code: 'SIGNATURE_MISMATCH',
    })
    const resolving = createVerifier(stripe(), { secret: () => secret })
    expect(() => resolving.authenticate(delivery)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }))
  })
})

function lists(headers: Record<string, string>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]))
}

function acme<const Schemas extends Parameters<typeof defineProvider>[0]['events']>(events: Schemas) {
  return defineProvider({
    name: 'acme',
    scheme: hmac({ header: 'x-acme', encoding: 'hex', signed: [parts.body], freshness: noTimestamp('test') }),
    identify: ({ body: data }) => ({ type: data['type'], data }),
    events,
  })
}

function acmeRequest(content: unknown): { secret: string; headers: Record<string, string>; body: Uint8Array } {
  const body = content instanceof Uint8Array ? content : Buffer.from(JSON.stringify(content))
  return { secret, body, headers: { 'x-acme': createHmac('sha256', secret).update(body).digest('hex') } }
}
