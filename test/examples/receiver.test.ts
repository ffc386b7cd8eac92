import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { github } from 'sallyport/providers/github'
import { sonzai } from 'sallyport/providers/sonzai'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import { stripe } from 'sallyport/providers/stripe'
import { signDelivery, type SignedDelivery, type SignOptions } from 'sallyport/testing'
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import * as z from 'zod'
import { secrets } from '../support/examples/environment.ts'

const secret = secrets.SONZAI_WEBHOOK_SECRET

beforeAll(() => {
  for (const [name, value] of Object.entries(secrets)) vi.stubEnv(name, value)
  vi.spyOn(console, 'log').mockImplementation(() => {})
  vi.spyOn(console, 'warn').mockImplementation(() => {})
  vi.spyOn(console, 'error').mockImplementation(() => {})
})

const sign = (options: Partial<SignOptions> = {}): SignedDelivery =>
  signDelivery(sonzai(), { secret, type: 'on_wakeup_ready', ...options })

describe('examples/receiver/handlers.ts', () => {
  it('pushes, audits, rejects and answers as its comments say', async () => {
    const { createHandlers } = await import('../../examples/receiver/handlers.ts')
    const push = vi.fn(async () => {})
    const audit = vi.fn(async () => {})
    const receiver = createHandlers({ push, audit })
    expect((await receiver.receive(sign())).outcome).toBe('handled')
    expect(push).toHaveBeenCalledOnce()
    expect(audit).toHaveBeenCalledWith(expect.any(String), 'secret-1')
    const nameless = await receiver.receive(sign({ body: { event_type: 'on_wakeup_ready' } }))
    expect([nameless.status, nameless.code]).toEqual([422, 'DELIVERY_REJECTED'])
    const unknown = await receiver.receive(sign({ type: 'agent.hiccup' }))
    expect(unknown.outcome).toBe('unknown')
    expect(console.log).toHaveBeenCalledWith('new event type: agent.hiccup')
    const replied = await receiver.receive(sign({ type: 'session.end' }))
    expect([replied.status, replied.body]).toEqual([201, '{"stored":true}'])
  })
})

describe('examples/receiver/rotation.ts', () => {
  it('accepts the new secret, and the old one until its end', async () => {
    const { createRotatingReceiver } = await import('../../examples/receiver/rotation.ts')
    const receiver = createRotatingReceiver('whsec_old', 'whsec_new')
    receiver.onAny(() => {})
    const at = async (own: string, time: string): Promise<string> => {
      const now = Date.parse(time)
      const { outcome } = await receiver.receive({ ...sign({ secret: own, now }), receivedAt: now })
      return outcome
    }
    expect(await at('whsec_old', '2026-10-31T00:00:00Z')).toBe('handled')
    expect(await at('whsec_new', '2026-11-02T00:00:00Z')).toBe('handled')
    expect(await at('whsec_old', '2026-11-02T00:00:00Z')).toBe('refused')
  })
})

describe('examples/receiver/observe.ts', () => {
  it('reports a rejected delivery without its content', async () => {
    const { receiver } = await import('../../examples/receiver/observe.ts')
    await receiver.receive(sign({ secret: 'guessed' }))
    expect(console.warn).toHaveBeenCalledWith(expect.objectContaining({ code: 'SIGNATURE_MISMATCH' }))
    expect(console.log).toHaveBeenCalledWith('refused')
    expect(receiver.counts()).toMatchObject({ outcomes: { refused: 1 }, codes: { SIGNATURE_MISMATCH: 1 } })
  })
})

describe('examples/receiver/any-of.ts', () => {
  it('takes the deliveries of both senders, and no others', async () => {
    const { server } = await import('../../examples/receiver/any-of.ts')
    await once(server.listen(0, '127.0.0.1'), 'listening')
    onTestFinished(() => void server.close())
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const send = async ({ plainHeaders: headers, body }: SignedDelivery): Promise<number> =>
      (await fetch(url, { method: 'POST', headers, body: Buffer.from(body) })).status
    const push = signDelivery(github(), { type: 'push', secret: secrets.GITHUB_WEBHOOK_SECRET })
    const paid = signDelivery(stripe(), { type: 'invoice.paid', id: '7', secret: secrets.STRIPE_WEBHOOK_SECRET })
    expect([await send(push), await send(paid)]).toEqual([200, 200])
    expect(console.log).toHaveBeenCalledWith(expect.stringMatching(/^pushed refs\//))
    expect(console.log).toHaveBeenCalledWith('paid evt_7')
    expect(await send(sign())).toBe(401)
    expect(console.warn).toHaveBeenCalledWith('any-of: SENDER_UNKNOWN')
    expect(await send({ ...push, plainHeaders: { ...push.plainHeaders, ...paid.plainHeaders } })).toBe(400)
    expect(console.warn).toHaveBeenCalledWith('any-of: SENDER_AMBIGUOUS')
    expect(await send({ ...push, body: paid.body })).toBe(401)
    expect(console.warn).toHaveBeenCalledWith('github: SIGNATURE_MISMATCH')
  })
})

describe('examples/receiver/record.ts', () => {
  it('explains why deliveries are refused', async () => {
    const { explain, server } = await import('../../examples/receiver/record.ts')
    await once(server.listen(0, '127.0.0.1'), 'listening')
    onTestFinished(() => void server.close())
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const send = async (own: string): Promise<number> => {
      const { plainHeaders: headers, body } = signDelivery(stripe(), { type: 'invoice.paid', secret: own })
      await fetch(url, { method: 'POST', headers, body: Buffer.from(body) })
      return body.byteLength
    }
    const begun = new Date()
    await send(secrets.STRIPE_WEBHOOK_SECRET)
    const bytes = await send('guessed')
    explain(begun)
    const names = 'content-type, stripe-signature'
    expect(console.log).toHaveBeenCalledWith(expect.stringMatching(/:00\.000Z$/), 1)
    expect(console.log).toHaveBeenCalledWith(expect.stringMatching(`^127.0.0.1, ${bytes} bytes: host, .*${names}`))
    expect(console.log).toHaveBeenCalledWith(200, 'ignored', 'invoice.paid')
  })
})

describe('examples/receiver/errors.ts', () => {
  it('prints what its comments say', async () => {
    await import('../../examples/receiver/errors.ts')
    expect(console.error).toHaveBeenCalledWith('SECRET_INVALID', expect.stringContaining('is empty'))
    expect(console.log).toHaveBeenCalledWith(401)
  })
})

describe('examples/receiver/tenants.ts', () => {
  it('keeps tenants apart', async () => {
    const { receiver } = await import('../../examples/receiver/tenants.ts')
    const tenants: (string | undefined)[] = []
    receiver.onAny(({ tenant }) => void tenants.push(tenant))
    const provider = standardWebhooks({ events: { 'contact.created': z.unknown() } })
    const to = (url: string): SignedDelivery => signDelivery(provider, { secret: secrets.STANDARD_WEBHOOK_SECRET, url })
    expect((await receiver.receive(to('/webhooks/acme'))).outcome).toBe('handled')
    expect((await receiver.receive(to('/webhooks/nobody'))).code).toBe('SECRET_UNKNOWN')
    expect(tenants).toEqual(['acme'])
  })
})
