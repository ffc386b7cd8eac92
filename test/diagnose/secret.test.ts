import { createHmac } from 'node:crypto'
import { diagnose } from 'sallyport/diagnose'
import { fleet } from '@sallyport/fleet'
import { github } from 'sallyport/providers/github'
import { invoratec } from 'sallyport/providers/invoratec'
import { sonzai } from 'sallyport/providers/sonzai'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import { stripe } from 'sallyport/providers/stripe'
import { describe, expect, it } from 'vitest'
import { arrive, causesOf, signedAt } from '../support/diagnose/signed.ts'

const standard = standardWebhooks({ events: {} })
const bytes = Buffer.from('twenty-four secret bytes')
const base64 = bytes.toString('base64')

describe('diagnose: secrets in another form', () => {
  it.each([
    ['with a line end', invoratec(), 'plain-secret', 'plain-secret\n', 'SECRET_WHITESPACE'],
    ['with spaces', invoratec(), 'plain-secret', ' plain-secret ', 'SECRET_WHITESPACE'],
    ['in quotes', invoratec(), 'plain-secret', '"plain-secret"', 'SECRET_WHITESPACE'],
    ['without its line end', invoratec(), 'plain-secret\n', 'plain-secret', 'SECRET_WHITESPACE'],
    ['without its prefix', stripe(), 'whsec_abcdef', 'abcdef', 'SECRET_PREFIX'],
    ['with a prefix', github(), 'abcdef', 'whsec_abcdef', 'SECRET_PREFIX'],
    ['decoded from base64', sonzai(), `whsec_${base64}`, bytes.toString(), 'SECRET_ENCODING'],
    ['written as base64', invoratec(), bytes.toString(), base64, 'SECRET_ENCODING'],
    ['written as hex', invoratec(), bytes.toString(), bytes.toString('hex'), 'SECRET_ENCODING'],
    ['decoded from hex', invoratec(), bytes.toString('hex'), bytes.toString(), 'SECRET_ENCODING'],
    ['with a space instead of a plus', invoratec(), 'one+two', 'one two', 'SECRET_ENCODING'],
    ['percent-encoded', invoratec(), 'one+two/', 'one%2Btwo%2F', 'SECRET_ENCODING'],
    ['decoded from base64 (Standard Webhooks)', standard, `whsec_${base64}`, bytes.toString(), 'SECRET_ENCODING'],
    ['in quotes (Fleet)', fleet(), 'token-1', '"token-1"', 'SECRET_WHITESPACE'],
  ] as const)('explains a secret %s', async (_what, provider, secret, configured, cause) => {
    expect(
      await causesOf(
        provider as ReturnType<typeof sonzai>,
        arrive(provider as ReturnType<typeof sonzai>, { secret }),
        configured,
      ),
    ).toEqual([[cause, 'proven']])
  })
})

describe('diagnose: secrets read by other rules', () => {
  const body = Buffer.from('{"type":"invoice.paid","data":{}}')
  const time = String(signedAt / 1000)
  const sign = (key: Buffer | string, ...parts: (string | Buffer)[]): Buffer => {
    const mac = createHmac('sha256', key)
    for (const part of parts) mac.update(part)
    return mac.digest()
  }

  it.each([
    ['as text with its prefix', `whsec_${base64}`],
    ['as text without its prefix', base64],
  ])('explains a Standard Webhooks key %s', async (_what, key) => {
    const signature = `v1,${sign(key, `msg_1.${time}.`, body).toString('base64')}`
    const delivery = arrive(standard, {
      secret: 'unused',
      body,
      id: 'msg_1',
      headers: { 'webhook-signature': signature },
    })
    const { findings } = await diagnose(standard, delivery, { secret: `whsec_${base64}` })
    expect(findings).toMatchObject([{ cause: 'SECRET_ENCODING', certainty: 'proven' }])
    expect(findings[0]!.detail).toMatch(/as text|its text/)
  })

  it('explains a Sonzai key read as base64', async () => {
    const content = Buffer.from('{"event_type":"agent.message"}')
    const signature = `t=${time},v1=${sign(bytes, `${time}.`, content).toString('hex')}`
    const delivery = arrive(sonzai(), { secret: 'unused', body: content, headers: { 'sonzai-signature': signature } })
    expect(await causesOf(sonzai(), delivery, `whsec_${base64}`)).toEqual([['SECRET_ENCODING', 'proven']])
  })
})

describe('diagnose: wrong secrets', () => {
  it('recognises a private key', async () => {
    const key = `whsk_${Buffer.alloc(64, 7).toString('base64')}`
    expect(await causesOf(standard, arrive(standard, { secret: key }), key)).toEqual([['SECRET_PRIVATE_KEY', 'likely']])
  })

  it('reports a malformed secret', async () => {
    const delivery = arrive(standard, { secret: `whsec_${base64}` })
    expect(await diagnose(standard, delivery, { secret: 'whsec_%%%' })).toMatchObject({
      code: 'SECRET_INVALID',
      findings: [{ cause: 'SECRET_FORM', certainty: 'proven' }],
    })
  })

  it('recognises an expired secret', async () => {
    const delivery = arrive(sonzai(), { secret: 'whsec_old' })
    const secret = [
      { id: 'old', secret: 'whsec_old', notAfter: signedAt - 1 },
      { id: 'new', secret: 'whsec_new' },
    ]
    expect(await causesOf(sonzai(), delivery, secret)).toEqual([['SECRET_INACTIVE', 'proven']])
  })

  it('explains a secret and a body both in another form', async () => {
    const text = '{"event_type":"agent.message"}'
    const delivery = arrive(sonzai(), { secret: 'whsec_one', body: text }, () => ({ body: Buffer.from(`${text}\n`) }))
    expect(await causesOf(sonzai(), delivery, 'whsec_one\n')).toEqual([
      ['SECRET_WHITESPACE', 'proven'],
      ['BODY_WHITESPACE', 'proven'],
    ])
  })

  it.each([undefined, '', [], ['']])('throws without a secret: %j', async (secret) => {
    const delivery = arrive(sonzai(), { secret: 'whsec_one' })
    await expect(diagnose(sonzai(), delivery, { secret: secret as string })).rejects.toThrow(/secret/)
  })
})
