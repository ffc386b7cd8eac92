import { sign as signGithub, verify as verifyGithub } from '@octokit/webhooks-methods'
import { safeVerify, type Provider } from 'sallyport'
import { github } from 'sallyport/providers/github'
import { invoratec } from 'sallyport/providers/invoratec'
import { sonzai } from 'sallyport/providers/sonzai'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import { stripe } from 'sallyport/providers/stripe'
import { Webhook } from 'standardwebhooks'
import { Stripe } from 'stripe'
import { Webhook as SvixWebhook } from 'svix'
import { describe, expect, it } from 'vitest'
import { describeLibrary } from '../support/peers/describe-library.ts'

const now = Math.floor(Date.now() / 1000)
const contacts = standardWebhooks({ events: {} }) as unknown as Provider
const stripeSecret = 'whsec_5WbX5kEWLlfzsGNjH64I8lOOqUB6e8FH'
const standardSecret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const text = JSON.stringify({ id: 'evt_1', object: 'event', type: 'invoice.paid', data: { object: { note: 'Ü' } } })
const { webhooks } = new Stripe('sk_test_unused')

type Headers = Record<string, string>

async function check(provider: Provider, secret: string, headers: Headers, body = text, seconds = now) {
  const result = await safeVerify(provider, { secret, headers, body: Buffer.from(body), receivedAt: seconds * 1000 })
  return result.ok ? 'ok' : result.code
}

describe('vectors made with openssl', () => {
  it.each([
    // The check value of Sonzai's documents; `test` is no event.
    [
      'Sonzai',
      sonzai(),
      'whsec_fixedkey123',
      { 'Sonzai-Signature': 't=1700000000,v1=6b5fed5c051827b218c67bf2582ae0b5dea7dcfdb4341bb32bcbbeda5980515a' },
      '{"test":true}',
      1_700_000_000,
      'EVENT_UNIDENTIFIED',
    ],
    // The documented delivery; the time in its header is a millisecond off.
    [
      'Invoratec',
      invoratec(),
      'my-webhook-secret',
      {
        'X-Webhook-Event': 'tool.executed',
        'X-Webhook-Timestamp': '2026-04-12T08:00:00.001Z',
        'X-Webhook-Signature': 'sha256=54b44243452ae3250ab832883dcf40b7ff42c35d72b0216a9b0d58d680e6db44',
      },
      '{"event":"tool.executed","timestamp":"2026-04-12T08:00:00.000Z","data":{"toolName":"erp_get_inventory",' +
        '"input":{"warehouse_id":"WH-001"},"result":{"items":[],"total":42},"elapsed_ms":230}}',
      Date.UTC(2026, 3, 12, 8) / 1000,
      'ok',
    ],
    [
      'Stripe',
      stripe(),
      'whsec_test_secret',
      { 'Stripe-Signature': 't=1700000000,v1=e430d8d69512f5874f6bb25bac43ba0a18cedad75062d58802ae48519442fae0' },
      '{"id":"evt_test_webhook","object":"event","type":"charge.succeeded","data":{"object":{}}}',
      1_700_000_000,
      'ok',
    ],
  ])('verifies that of %s', async (_name, provider, secret, headers, body, seconds, expected) => {
    const plain = provider as unknown as Provider
    expect(await check(plain, secret, headers, body, seconds)).toBe(expected)
    expect(await check(plain, secret, headers, `${body} `, seconds)).toBe('SIGNATURE_MISMATCH')
  })
})

describe('Stripe', () => {
  const provider = stripe() as unknown as Provider
  const signed = webhooks.generateTestHeaderString({ payload: text, secret: stripeSecret, timestamp: now })
  const good = /v1=([0-9a-f]{64})/.exec(signed)![1]!

  it.each([`t=${now},v1=zz,v1=${good}`, `t=${now},v1=${good},v1=zz`, `t=${now},v1=${good},v0=junk`])(
    'accepts a malformed signature beside a good one, as stripe-node does: %#',
    async (header) => {
      expect(webhooks.constructEvent(text, header, stripeSecret).id).toBe('evt_1')
      expect(await check(provider, stripeSecret, { 'stripe-signature': header })).toBe('ok')
    },
  )

  it('rejects a repeated time and malformed signatures alone', async () => {
    for (const header of [`t=${now},${signed}`, `t=${now},v1=zz,v1=`])
      expect(await check(provider, stripeSecret, { 'stripe-signature': header })).toBe('SIGNATURE_MALFORMED')
  })
})

describe.each([
  ['Standard Webhooks', 'webhook', Webhook],
  ['Svix', 'svix', SvixWebhook],
] as const)('%s', (_name, family, Library) => {
  const library = new Library(standardSecret)
  const body = '{"type":"contact.created","data":{}}'
  const good = library.sign('msg_1', new Date(now * 1000), body)
  const headers = (signature: string): Headers => ({
    [`${family}-id`]: 'msg_1',
    [`${family}-timestamp`]: String(now),
    [`${family}-signature`]: signature,
  })

  it('verifies what the library signs, also by a secret with a version', async () => {
    expect(await check(contacts, `v1,${standardSecret}`, headers(good), body)).toBe('ok')
  })

  it.each(['v1,zz', 'v1,', 'v1a,zz', 'v2,zz'])(
    'accepts %j beside a good signature, as the library does',
    async (bad) => {
      for (const signature of [`${bad} ${good}`, `${good} ${bad}`]) {
        expect(() => library.verify(body, headers(signature))).not.toThrow()
        expect(await check(contacts, standardSecret, headers(signature), body)).toBe('ok')
      }
      expect(() => library.verify(body, headers(bad))).toThrow()
      expect(await check(contacts, standardSecret, headers(bad), body)).toMatch(/^SIGNATURE_M(?:ALFORMED|ISSING)$/)
    },
  )
})

describeLibrary('@octokit/webhooks-methods', github(), {
  secret: "It's a Secret to Everybody",
  otherSecret: "It's a Secret to Everyone",
  type: 'issues',
  verify: (body, headers, secret) => verifyGithub(secret, body, headers['x-hub-signature-256']!),
  sign: async (body, secret) => ({
    'x-hub-signature-256': await signGithub(secret, body),
    'x-github-event': 'issues',
  }),
})

describeLibrary('stripe', stripe(), {
  secret: stripeSecret,
  otherSecret: `${stripeSecret}x`,
  verify: (body, headers, secret) => void webhooks.constructEvent(body, headers['stripe-signature']!, secret),
  sign: (payload, secret) => ({ 'stripe-signature': webhooks.generateTestHeaderString({ payload, secret }) }),
})
