import { createHmac } from 'node:crypto'
import { toHeaderList, withHttps } from 'sallyport/provider'
import type { Delivery } from 'sallyport'
import { diagnose } from 'sallyport/diagnose'
import { fleet } from '@sallyport/fleet'
import { github } from 'sallyport/providers/github'
import { invoratec } from 'sallyport/providers/invoratec'
import { sonzai } from 'sallyport/providers/sonzai'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import { signSonzaiLegacy } from 'sallyport/testing'
import { describe, expect, it } from 'vitest'
import { arrive, causesOf, signedAt } from '../support/diagnose/signed.ts'

const standard = standardWebhooks({ events: {} })
const secret = 'whsec_dGhlIHNlY3JldCBieXRlcw=='

type Pairs = [name: string, value: string][]
const withHeaders = (change: (pairs: Pairs) => Pairs) => (delivery: Delivery) => ({
  headers: toHeaderList(change([...delivery.headers])),
})
const mapped = (name: string, change: (value: string) => string) =>
  withHeaders((pairs) => pairs.map(([key, value]) => [key, key.toLowerCase() === name ? change(value) : value]))

describe('diagnose: altered headers', () => {
  it.each([
    ['repeated as it is', 'HEADER_REPEATED', withHeaders((pairs) => [...pairs, ...pairs])],
    [
      'repeated after a forged one',
      'HEADER_REPEATED',
      withHeaders((pairs) => [['sonzai-signature', `t=1,v1=${'0'.repeat(64)}`], ...pairs]),
    ],
    [
      'renamed with a prefix',
      'HEADER_RENAMED',
      withHeaders((pairs) => pairs.map(([name, value]) => [`X-Forwarded-${name}`, value])),
    ],
    [
      'renamed as by CGI',
      'HEADER_RENAMED',
      withHeaders((pairs) => pairs.map(([name, value]) => [`HTTP_${name.toUpperCase().replaceAll('-', '_')}`, value])),
    ],
    ['in quotes', 'SIGNATURE_FORM', mapped('sonzai-signature', (value) => `"${value}"`)],
    [
      'as base64',
      'SIGNATURE_ENCODING',
      mapped('sonzai-signature', (value) =>
        value.replace(/[0-9a-f]{64}/, (hex) => Buffer.from(hex, 'hex').toString('base64')),
      ),
    ],
  ])('explains a header %s: %s', async (_what, cause, change) => {
    const delivery = arrive(sonzai(), { secret }, change)
    const { ok, findings } = await diagnose(sonzai(), delivery, { secret })
    expect(ok).toBe(false)
    expect(findings).toContainEqual(expect.objectContaining({ cause, certainty: 'proven' }))
  })

  it.each([
    ['without its prefix', 'SIGNATURE_FORM', mapped('x-webhook-signature', (value) => value.slice('sha256='.length))],
    ['with upper-case prefix', 'SIGNATURE_FORM', mapped('x-webhook-signature', (value) => value.replace('sha', 'SHA'))],
    ['joined with its copy', 'HEADER_REPEATED', mapped('x-webhook-signature', (value) => `${value}, ${value}`)],
  ])('explains a signature %s: %s', async (_what, cause, change) => {
    expect(await causesOf(invoratec(), arrive(invoratec(), { secret }, change), secret)).toEqual([[cause, 'proven']])
  })

  it('explains headers renamed together', async () => {
    const change = withHeaders((pairs) =>
      pairs.map(([name, value]) => [name.replace('webhook-', 'x-acme-webhook-'), value]),
    )
    expect(await causesOf(standard, arrive(standard, { secret }, change), secret)).toEqual([
      ['HEADER_RENAMED', 'proven'],
    ])
  })
})

describe('diagnose: signatures by other rules', () => {
  const mac = (algorithm: string, body: Uint8Array): string => createHmac(algorithm, secret).update(body).digest('hex')

  it("explains Sonzai's older form", async () => {
    const delivery = arrive(sonzai(), { secret, signer: signSonzaiLegacy })
    expect(await causesOf(sonzai(), delivery, secret)).toEqual([['SIGNATURE_OVER_BODY', 'proven']])
    expect((await diagnose(sonzai({ legacyBodySignature: true }), delivery, { secret })).ok).toBe(true)
  })

  it("explains GitHub's SHA-1 header alone", async () => {
    const delivery = arrive(github(), { secret, type: 'push' }, (signed) => ({
      headers: toHeaderList({
        'content-type': 'application/json',
        'X-Hub-Signature': `sha1=${mac('sha1', signed.body)}`,
      }),
    }))
    expect(await causesOf(github(), delivery, secret)).toEqual([['SIGNATURE_ALGORITHM', 'proven']])
  })

  it('explains another hash in the right header', async () => {
    const delivery = arrive(invoratec(), { secret }, (signed) =>
      mapped('x-webhook-signature', () => `sha256=${mac('sha512', signed.body)}`)(signed),
    )
    expect(await causesOf(invoratec(), delivery, secret)).toEqual([['SIGNATURE_ALGORITHM', 'proven']])
  })

  it('reports a missing signature', async () => {
    const delivery = arrive(sonzai(), { secret, headers: { 'sonzai-signature': undefined } })
    expect(await diagnose(sonzai(), delivery, { secret })).toMatchObject({
      code: 'SIGNATURE_MISSING',
      findings: [{ cause: 'REFUSED', certainty: 'proven' }],
    })
  })
})

describe('diagnose: shared secrets', () => {
  const token = 'token-of-the-owner'

  it.each([
    ['in quotes', 'authorization', `"${token}"`],
    ['after another word', 'authorization', `Token ${token}`],
    ['as HTTP Basic password', 'authorization', `Basic ${Buffer.from(`fleet:${token}`).toString('base64')}`],
  ])('explains a token %s', async (_what, header, value) => {
    const delivery = arrive(fleet(), { secret: token, headers: { [header]: value } })
    expect(await causesOf(fleet(), delivery, token)).toEqual([['CREDENTIAL_FORM', 'proven']])
  })

  it('explains a token without the required Bearer', async () => {
    const provider = fleet({ bearer: 'required' })
    const delivery = arrive(provider, { secret: token, headers: { authorization: token } })
    expect(await causesOf(provider, delivery, token)).toEqual([['CREDENTIAL_FORM', 'proven']])
  })

  it('reports a token that is not the secret', async () => {
    expect(await causesOf(fleet(), arrive(fleet(), { secret: token }), 'another')).toEqual([
      ['CREDENTIAL_WRONG', 'proven'],
    ])
  })
})

describe('diagnose: conditions beside the signature', () => {
  it('names the one that failed', async () => {
    const strict = sonzai({ authorization: 'Basic abc' })
    const delivery = arrive(strict, { secret })
    expect(await diagnose(strict, delivery, { secret })).toMatchObject({
      code: 'CREDENTIAL_MISSING',
      findings: [{ cause: 'REFUSED' }],
    })
    const encrypted = { ...sonzai(), scheme: withHttps(sonzai().scheme) }
    const plain = arrive(encrypted, { secret }, () => ({ secure: false }))
    expect(await diagnose(encrypted, plain, { secret })).toMatchObject({ code: 'HTTPS_REQUIRED' })
    const undeclared = arrive(encrypted, { secret })
    expect(await diagnose(encrypted, undeclared, { secret })).toMatchObject({ ok: false, code: 'REQUEST_UNREADABLE' })
    expect(signedAt).toBeGreaterThan(0)
  })
})
