import { describe, expect, it } from 'vitest'
import { createReceiver } from '../receive/receiver.ts'
import { webhook } from '../http/fetch.ts'
import { stripe } from '../providers/stripe.ts'
import { signDelivery } from './sign-delivery.ts'
import { signRequest } from './sign-request.ts'

const secret = 'whsec_test'
const url = 'https://example.com/webhooks/stripe?tenant=1'
const now = Date.UTC(2026, 3, 12)

describe('signRequest', () => {
  it('makes a request that a handler accepts', async () => {
    const receiver = createReceiver(stripe(), { secret, now: () => now }).on('invoice.paid', () => {})
    const response = await webhook(receiver)(signRequest(url, stripe(), { secret, now, type: 'invoice.paid' }))
    expect(response.status).toBe(200)
  })

  it('has the URL, the headers and the bytes of signDelivery', async () => {
    const options = { secret, now, id: 'a', headers: { 'X-Tenant': '1' } }
    const request = signRequest(new URL(url), stripe(), options)
    const { plainHeaders, body } = signDelivery(stripe(), options)
    expect([request.url, request.method]).toEqual([url, 'POST'])
    for (const [name, value] of Object.entries(plainHeaders)) expect(request.headers.get(name)).toBe(value)
    expect(new Uint8Array(await request.arrayBuffer())).toEqual(new Uint8Array(body))
  })

  it('takes bytes that threads share', async () => {
    const bytes = new Uint8Array(new SharedArrayBuffer(2))
    bytes.set([123, 125])
    expect(await signRequest(url, stripe(), { secret, body: bytes }).text()).toBe('{}')
  })

  it('throws for a URL without a scheme', () => {
    expect(() => signRequest('/webhooks/stripe', stripe(), { secret })).toThrow(TypeError)
  })
})
