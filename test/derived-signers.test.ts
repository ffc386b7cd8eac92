import fc from 'fast-check'
import { fleet } from '@sallyport/fleet'
import { createVerifier, type Provider } from 'sallyport'
import { carriesProof, toHeaderList } from 'sallyport/provider'
import { github } from 'sallyport/providers/github'
import { invoratec } from 'sallyport/providers/invoratec'
import { langsmith } from 'sallyport/providers/langsmith'
import { sonzai } from 'sallyport/providers/sonzai'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import { stripe } from 'sallyport/providers/stripe'
import { signDelivery, type SignedDelivery } from 'sallyport/testing'
import { describe, expect, it } from 'vitest'
import { someProvider } from './support/signing/some-provider.ts'

const now = Date.UTC(2026, 3, 12, 8)
const receivedAt = now

/** `ok`, or the code of the refusal. */
function authenticate(provider: Provider, secret: string, delivery: SignedDelivery): string {
  const verdict = createVerifier(provider, { secret }).authenticate({ ...delivery, receivedAt, secure: true })
  return verdict.ok ? 'ok' : verdict.code
}

describe('a derived signer', () => {
  it('makes what the provider accepts, altered nowhere', () => {
    const reached = new Set<string>()
    const property = fc.property(someProvider, fc.nat(), fc.integer({ min: 1, max: 255 }), (some, place, change) => {
      const { provider, secrets, isSigned } = some
      const url = '/hooks?a=1'
      const body = { type: 'order.paid', text: 'é {}' }
      const sign = (...keys: readonly string[]) => signDelivery(provider, { secret: keys, body, now, url })
      for (const [receiving, signing] of secrets) {
        const delivery = sign(signing)
        const said = JSON.stringify([provider.scheme.describe(), delivery.plainHeaders])
        expect(authenticate(provider, receiving, delivery), said).toBe('ok')
        const { kind } = provider.scheme
        reached.add(kind)
        for (const part of provider.scheme.describe().signed) reached.add(part.split(' ')[0]!)
        if (provider.scheme.secretHeaders.includes('x-signature-3')) reached.add('numbered')
        if (isSigned) {
          const altered = delivery.body.slice()
          altered[place % altered.length]! ^= change
          expect(authenticate(provider, receiving, { ...delivery, body: altered })).not.toBe('ok')
        }
        // Nothing in a head shows a signature in the body, unless a required header does.
        const isShown = kind !== 'body-signature' || provider.scheme.secretHeaders.length > 0
        expect(carriesProof(provider.scheme, { ...delivery, receivedAt })).toBe(isShown)
        const { parameter } = provider.scheme.describe()
        if (parameter !== undefined) {
          const last = delivery.url.at(-1) === '7' ? '8' : '7'
          expect(authenticate(provider, receiving, { ...delivery, url: delivery.url.slice(0, -1) + last })).not.toBe(
            'ok',
          )
        }
        for (const [name, value] of Object.entries(delivery.plainHeaders)) {
          if (name === 'Content-Type') continue
          const at = place % value.length
          // A digit more: written otherwise, hex would be the same bytes.
          const other = value[at] === '7' ? '8' : '7'
          const headers = { ...delivery.plainHeaders, [name]: value.slice(0, at) + other + value.slice(at + 1) }
          expect(authenticate(provider, receiving, { ...delivery, headers: toHeaderList(headers) }), name).not.toBe(
            'ok',
          )
        }
      }
      const { header, parameter } = provider.scheme.describe()
      if (parameter !== undefined) return
      const both = sign(...secrets.map(([, signing]) => signing))
      const accepted = secrets.filter(([receiving]) => authenticate(provider, receiving, both) === 'ok')
      reached.add(`${accepted.length} in ${header}`)
      expect(accepted[0]).toBe(secrets[0])
    })
    fc.assert(property, { numRuns: 300 })
    for (const kind of [
      'hmac',
      'ed25519',
      'public-key',
      'body-signature',
      'shared-secret',
      'numbered',
      'CRC-32',
      'url',
      'body',
      '1 in x-signature',
      '2 in x-signature',
    ])
      expect(reached).toContain(kind)
  })

  const secret = 'whsec_c2VjcmV0IG9mIHRoZSBkZXJpdmVkIHNpZ25lcg=='
  const seed = 'whsk_dJs0v2vyyzCCrvQcUQb7SC3FR3lf/wUQx2LVHsrVUsA='
  const builtIn: readonly (readonly [Provider, ...secrets: string[]])[] = [
    [sonzai(), secret],
    [sonzai(), secret, 'whsec_another'],
    [sonzai({ legacyBodySignature: true }), secret],
    [invoratec(), secret],
    [github(), secret],
    [stripe(), secret],
    [stripe(), secret, 'whsec_another'],
    [langsmith(), secret],
    [standardWebhooks({ events: {} }), secret],
    [standardWebhooks({ events: {} }), secret, seed, 'v1,whsec_YW5vdGhlcg=='],
    [fleet(), secret],
    [fleet({ header: 'x-token' }), secret],
    [fleet({ header: 'x-token', bearer: 'never' }), secret],
  ]
  it.each(builtIn.map(([provider, ...secrets]) => [provider.name, secrets.length, provider, secrets] as const))(
    'is equal to that of %s, with %d secrets',
    (_name, _count, provider, secrets) => {
      const type = Object.keys(provider.events).find((name) => name !== '*') ?? 'order.paid'
      const options = { secret: secrets, type, now, id: 'msg_1' }
      const written = signDelivery(provider, options)
      const derived = signDelivery({ ...provider, name: 'own' }, { ...options, body: written.body })
      const others = toHeaderList(written.plainHeaders)
      for (const [name, value] of Object.entries(derived.plainHeaders))
        expect([name, others.get(name)]).toEqual([name, value])
      const proof = provider.scheme.secretHeaders.filter((header) => others.has(header))
      expect(proof).not.toEqual([])
      for (const header of proof) expect(derived.headers.has(header)).toBe(true)
      expect(authenticate(provider, secrets[0]!, derived)).toBe('ok')
    },
  )
})
