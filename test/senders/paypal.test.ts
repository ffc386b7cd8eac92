import { safeVerify } from 'sallyport'
import { paypal, type PaypalOptions } from 'sallyport/providers/paypal'
import { signDelivery } from 'sallyport/testing'
import { describe, expect, it, vi } from 'vitest'
import { createAuthority } from '../support/keys/authority.ts'
import { describeSender } from '../support/senders/describe-sender.ts'
import { sandboxBody, sandboxCertificate, sandboxHeaders } from '../support/senders/paypal-vectors.ts'

const name = 'messageverificationcerts.paypal.com'
const authority = createAuthority('Authority')
const [own, other] = [0, 1].map(() => authority.issue({ name, hosts: [name] })) as [Issued, Issued]
type Issued = ReturnType<typeof createAuthority>

const serve = (certificate = own.cert): PaypalOptions['fetch'] =>
  vi.fn(() => Promise.resolve(new Response(certificate)))
const webhookId = '4JH86294D6297924G'
const provider = paypal({ webhookId, fetch: serve() })

describeSender('paypal', provider, {
  secrets: [own.key.trim(), other.key.trim()],
  // Not signed, but it names the key.
  headers: { 'paypal-cert-url': 'https://api.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-1d93a270' },
  signedHeaders: ['paypal-transmission-id', 'paypal-transmission-time'],
  type: 'PAYMENT.CAPTURE.COMPLETED',
  bodyOf: (event_type, _time, data) => ({ id: 'WH-1', event_type, resource: {}, ...data }),
})

describe('the published delivery of PayPal', () => {
  const at = Date.parse('2015-05-18T15:45:20Z')
  const sandbox = (more: Partial<PaypalOptions> = {}) =>
    paypal({ webhookId, environment: 'sandbox', fetch: serve(sandboxCertificate), ...more })
  const verify = async (from: ReturnType<typeof paypal>, body = sandboxBody, headers: object = {}, receivedAt = at) => {
    const result = await safeVerify(from, {
      headers: { 'content-type': 'application/json', ...sandboxHeaders, ...headers },
      body: Buffer.from(body),
      receivedAt,
    })
    return result.ok ? result.event : result.code
  }

  it('is accepted, and named by its transmission id', async () => {
    expect(await verify(sandbox())).toMatchObject({
      id: 'dfb3be50-fd74-11e4-8bf3-77339302725b',
      type: 'PAYMENT.SALE.COMPLETED',
      keyId: 'CERT-360caa42-fca2a594-a5cafa77',
      data: { id: 'WH-0G2756385H040842W-5Y612302CV158622M' },
    })
  })

  it('is rejected for another webhook, and accepted for one of several', async () => {
    expect(await verify(sandbox({ webhookId: '5JH86294D6297924G' }))).toBe('SIGNATURE_MISMATCH')
    expect(await verify(sandbox({ webhookId: ['5JH86294D6297924G', webhookId] }))).toMatchObject({
      type: 'PAYMENT.SALE.COMPLETED',
    })
  })

  it('is rejected with another body, time or id', async () => {
    expect(await verify(sandbox(), sandboxBody.replace('20.0', '21.0'))).toBe('SIGNATURE_MISMATCH')
    expect(await verify(sandbox(), sandboxBody, { 'paypal-transmission-time': '2015-05-18T15:45:14Z' })).toBe(
      'SIGNATURE_MISMATCH',
    )
    expect(await verify(sandbox(), sandboxBody, {}, at + 4 * 86_400_000)).toBe('TIMESTAMP_STALE')
  })

  it('is rejected by the live environment, before anything is fetched', async () => {
    const fetch = serve(sandboxCertificate)
    expect(await verify(paypal({ webhookId, fetch }))).toBe('SIGNATURE_MALFORMED')
    expect(fetch).not.toHaveBeenCalled()
  })

  it('is rejected once the certificate of its time has expired', async () => {
    const late = Date.UTC(2017, 5, 1)
    const headers = { 'paypal-transmission-time': new Date(late).toISOString() }
    expect(await verify(sandbox(), sandboxBody, headers, late)).toBe('KEY_UNAVAILABLE')
  })
})

describe('the certificate of PayPal', () => {
  const sign = (headers: object = {}) => signDelivery(provider, { secret: own.key, headers: { ...headers } })
  const verify = async (from: ReturnType<typeof paypal>, headers: object = {}) => {
    const { plainHeaders, body } = sign(headers)
    const result = await safeVerify(from, { headers: plainHeaders, body })
    return result.ok ? 'ok' : result.code
  }

  it.each([
    'https://api.paypal.com.evil.example/v1/notifications/certs/CERT-1',
    'https://api-paypal.com/v1/notifications/certs/CERT-1',
    'https://evil.example/v1/notifications/certs/CERT-1?api.paypal.com',
    'https://api.paypal.com@evil.example/v1/notifications/certs/CERT-1',
    'https://api.paypal.com:8443/v1/notifications/certs/CERT-1',
    'https://api.pаypal.com/v1/notifications/certs/CERT-1',
    'http://api.paypal.com/v1/notifications/certs/CERT-1',
    'https://api.paypal.com/v1/notifications/certs/../../evil',
    'https://www.paypal.com/v1/notifications/certs/CERT-1',
    'https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1',
  ])('is not fetched from %s', async (address) => {
    const fetch = serve()
    const code = await verify(paypal({ webhookId, fetch }), { 'paypal-cert-url': address })
    expect(['SIGNATURE_MALFORMED', 'HEADER_INVALID']).toContain(code)
    expect(fetch).not.toHaveBeenCalled()
  })

  it('must be for the name that PayPal signs with', async () => {
    const strange = authority.issue({ name: 'api.paypal.com', hosts: ['api.paypal.com'] })
    expect(await verify(paypal({ webhookId, fetch: serve(strange.cert) }))).toBe('KEY_UNAVAILABLE')
    expect(await verify(paypal({ webhookId, fetch: serve(other.cert) }))).toBe('SIGNATURE_MISMATCH')
  })

  it('must lead to a trusted authority where one is named', async () => {
    expect(await verify(paypal({ webhookId, fetch: serve(), trust: [authority.cert] }))).toBe('ok')
    expect(await verify(paypal({ webhookId, fetch: serve(), trust: [createAuthority('Authority').cert] }))).toBe(
      'KEY_UNAVAILABLE',
    )
  })

  it('asks for a retry where PayPal does not answer', async () => {
    expect(await verify(paypal({ webhookId, fetch: () => Promise.resolve(new Response('', { status: 503 })) }))).toBe(
      'KEY_UNAVAILABLE',
    )
  })
})
