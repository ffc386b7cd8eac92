import { describe, expect, it } from 'vitest'
import { createReceiver } from '../../receive/receiver.ts'
import { noTimestamp } from '../../verify/freshness.ts'
import { defineProvider } from '../../verify/provider.ts'
import { hmac } from '../../verify/schemes/hmac.ts'
import { parts } from '../../verify/schemes/message.ts'
import { oneOf } from '../../verify/schemes/one-of.ts'
import { signDelivery } from '../sign-delivery.ts'

const common = {
  header: 'x-signature',
  algorithm: 'sha1',
  encoding: 'base64',
  freshness: noTimestamp('none'),
} as const
const origin = 'https://hooks.example'
const twilio = oneOf(
  hmac({ ...common, signed: [parts.url(origin, { bodyHash: 'bodySHA256' })] }),
  hmac({ ...common, signed: [parts.url(origin), parts.form] }),
)
const provider = defineProvider({
  name: 'calls',
  scheme: twilio,
  forms: true,
  identify: ({ body }) => ({ type: body['Type'], data: body }),
  events: {},
})
const secret = 'made-up'
const now = Date.now()

async function receive(delivery: ReturnType<typeof signDelivery>): Promise<string> {
  const receiver = createReceiver(provider, { secret, unknownEvents: 'accept' })
  const { code, outcome } = await receiver.receive({ ...delivery, receivedAt: now })
  return code ?? outcome
}

describe('a derived signer of a sender that signs the URL', () => {
  it('writes the hash of the body into the URL', async () => {
    const delivery = signDelivery(provider, { secret, url: '/calls?a=1', body: { Type: 'call' } })
    expect(delivery.url).toMatch(/^\/calls\?a=1&bodySHA256=[0-9a-f]{64}$/)
    expect(await receive(delivery)).toBe('unknown')
    expect(await receive({ ...delivery, body: Buffer.from('{"Type":"other"}') })).toBe('SIGNATURE_MISMATCH')
  })

  it('signs the fields of a form', async () => {
    const only = defineProvider({ ...provider, scheme: hmac({ ...common, signed: [parts.url(origin), parts.form] }) })
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' }
    const delivery = signDelivery(only, { secret, url: '/calls', body: 'To=%2B1&Type=call', headers })
    expect(await receive(delivery)).toBe('unknown')
    expect(await receive({ ...delivery, body: Buffer.from('Type=call&To=+1') })).toBe('SIGNATURE_MISMATCH')
    // Written otherwise, they are the same fields.
    expect(await receive({ ...delivery, body: Buffer.from('Type=call&To=%2b1') })).toBe('unknown')
  })
})
