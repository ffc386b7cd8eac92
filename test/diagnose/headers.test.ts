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
import { describe, expect, test } from 'vitest'
import { arrive, causesOf, signedAt } from '../support/diagnose/signed.ts'

const standard = standardWebhooks({ events: {} })
const secret = 'whsec_dGhlIHNlY3JldCBieXRlcw=='

type Pairs = [name: string, value: string][]
const withHeaders = (change: (pairs: Pairs) => Pairs) => (delivery: Delivery) => ({
  headers: toHeaderList(change([...delivery.headers])),
})
const mapped = (name: string, change: (value: string) => string) =>
  withHeaders((pairs) => pairs.map(([key, value]) => [key, key.toLowerCase() === name ? change(value) : value]))

describe('headers that were changed on the way', () => {
  test.each([
    ['repeated, equal', 'HEADER_REPEATED', withHeaders((pairs) => [...pairs, ...pairs])],
    [
      'repeated, the first forged',
      'HEADER_REPEATED',
      withHeaders((pairs) => [['sonzai-signature', `t=1,v1=${'0'.repeat(64)}`], ...pairs]),
    ],
    [
      'renamed with a prefix',
      'HEADER_RENAMED',
      withHeaders((pairs) => pairs.map(([name, value]) => [`X-Forwarded-${name}`, value])),
    ],
    [
      'renamed as CGI does',
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
  ])('%s: %s', (_what, cause, change) => {
    const delivery = arrive(sonzai(), { secret }, change)
    const { ok, findings } = diagnose(sonzai(), delivery, { secret })
    expect(ok).toBe(false)
    expect(findings).toContainEqual(expect.objectContaining({ cause, certainty: 'proven' }))
  })

  test.each([
    ['without its prefix', 'SIGNATURE_FORM', mapped('x-webhook-signature', (value) => value.slice('sha256='.length))],
    [
      'with an upper-case prefix',
      'SIGNATURE_FORM',
      mapped('x-webhook-signature', (value) => value.replace('sha', 'SHA')),
    ],
    ['two equal ones joined', 'HEADER_REPEATED', mapped('x-webhook-signature', (value) => `${value}, ${value}`)],
  ])('of Invoratec, %s: %s', (_what, cause, change) => {
    expect(causesOf(invoratec(), arrive(invoratec(), { secret }, change), secret)).toEqual([[cause, 'proven']])
  })

  test('a family that was renamed together', () => {
    const change = withHeaders((pairs) =>
      pairs.map(([name, value]) => [name.replace('webhook-', 'x-acme-webhook-'), value]),
    )
    expect(causesOf(standard, arrive(standard, { secret }, change), secret)).toEqual([['HEADER_RENAMED', 'proven']])
  })
})

describe('a signature by other rules', () => {
  const mac = (algorithm: string, body: Uint8Array): string => createHmac(algorithm, secret).update(body).digest('hex')

  test('the older form of Sonzai', () => {
    const delivery = arrive(sonzai(), { secret, signer: signSonzaiLegacy })
    expect(causesOf(sonzai(), delivery, secret)).toEqual([['SIGNATURE_OVER_BODY', 'proven']])
    expect(diagnose(sonzai({ legacyBodySignature: true }), delivery, { secret }).ok).toBe(true)
  })

  test('the SHA-1 header of GitHub alone', () => {
    const delivery = arrive(github(), { secret, type: 'push' }, (signed) => ({
      headers: toHeaderList({
        'content-type': 'application/json',
        'X-Hub-Signature': `sha1=${mac('sha1', signed.body)}`,
      }),
    }))
    expect(causesOf(github(), delivery, secret)).toEqual([['SIGNATURE_ALGORITHM', 'proven']])
  })

  test('another hash in the right header', () => {
    const delivery = arrive(invoratec(), { secret }, (signed) =>
      mapped('x-webhook-signature', () => `sha256=${mac('sha512', signed.body)}`)(signed),
    )
    expect(causesOf(invoratec(), delivery, secret)).toEqual([['SIGNATURE_ALGORITHM', 'proven']])
  })

  test('none at all', () => {
    const delivery = arrive(sonzai(), { secret, headers: { 'sonzai-signature': undefined } })
    expect(diagnose(sonzai(), delivery, { secret })).toMatchObject({
      code: 'SIGNATURE_MISSING',
      findings: [{ cause: 'REFUSED', certainty: 'proven' }],
    })
  })
})

describe('a shared secret', () => {
  const token = 'token-of-the-owner'

  test.each([
    ['in quotes', 'authorization', `"${token}"`],
    ['behind another word', 'authorization', `Token ${token}`],
    ['as a password of HTTP Basic', 'authorization', `Basic ${Buffer.from(`fleet:${token}`).toString('base64')}`],
  ])('%s', (_what, header, value) => {
    const delivery = arrive(fleet(), { secret: token, headers: { [header]: value } })
    expect(causesOf(fleet(), delivery, token)).toEqual([['CREDENTIAL_FORM', 'proven']])
  })

  test('without the word that is asked for', () => {
    const provider = fleet({ bearer: 'required' })
    const delivery = arrive(provider, { secret: token, headers: { authorization: token } })
    expect(causesOf(provider, delivery, token)).toEqual([['CREDENTIAL_FORM', 'proven']])
  })

  test('that is another', () => {
    expect(causesOf(fleet(), arrive(fleet(), { secret: token }), 'another')).toEqual([['SECRET_WRONG', 'likely']])
  })
})

test('conditions beside the signature are named', () => {
  const strict = sonzai({ authorization: 'Basic abc' })
  const delivery = arrive(strict, { secret })
  expect(diagnose(strict, delivery, { secret })).toMatchObject({
    code: 'CREDENTIAL_MISSING',
    findings: [{ cause: 'REFUSED' }],
  })
  const encrypted = { ...sonzai(), scheme: withHttps(sonzai().scheme) }
  expect(diagnose(encrypted, arrive(encrypted, { secret }), { secret })).toMatchObject({ code: 'HTTPS_REQUIRED' })
  expect(signedAt).toBeGreaterThan(0)
})
