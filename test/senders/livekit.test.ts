import { createHash } from 'node:crypto'
import { AccessToken, WebhookReceiver } from 'livekit-server-sdk'
import { createReceiver, safeVerify } from 'sallyport'
import { livekit } from 'sallyport/providers/livekit'
import { signDelivery } from 'sallyport/testing'
import { describe, expect, it } from 'vitest'
import { describeSender } from '../support/senders/describe-sender.ts'

const provider = livekit({ apiKey: 'abcdefg' })

describeSender('livekit', provider, {
  type: 'room_started',
  bodyOf: (event, _time, { id, ...data }) => ({ event, id: `EV_${String(id)}`, room: { name: 'a' }, ...data }),
})

// The values of livekit-server-sdk, src/WebhookReceiver.test.ts.
const secret = 'abababa'
const body =
  '{"event":"room_started", "room":{"sid":"RM_TkVjUvAqgzKz", "name":"mytestroom", "emptyTimeout":300, "creationTime":"1628545903", "turnPassword":"ICkSr2rEeslkN6e9bXL4Ji5zzMD5Z7zzr6ulOaxMj6N", "enabledCodecs":[{"mime":"audio/opus"}, {"mime":"video/VP8"}]}}'
const sha256 = 'CoEQz1chqJ9bnZRcORddjplkvpjmPujmLTR42DbefYI='

describe('the SDK of LiveKit', () => {
  const sign = async (key = 'abcdefg', hash = sha256): Promise<string> => {
    const token = new AccessToken(key, secret)
    token.sha256 = hash
    return token.toJwt()
  }
  const verify = async (authorization: string, text = body) => {
    const headers = { 'content-type': 'application/webhook+json', authorization }
    const result = await safeVerify(provider, { secret, headers, body: Buffer.from(text) })
    return result.ok ? result.event.type : result.code
  }

  it('signs what is accepted, by its published hash', async () => {
    expect(await verify(await sign())).toBe('room_started')
    expect(await verify(await sign(), body.replace('mytestroom', 'another'))).toBe('SIGNATURE_MISMATCH')
    expect(await verify(await sign('another'))).toBe('TOKEN_CLAIM_MISMATCH')
    expect(await verify(`Bearer ${await sign()}`)).toBe('SIGNATURE_MALFORMED')
  })

  it('accepts what is signed here', async () => {
    const { plainHeaders, body: bytes } = signDelivery(provider, { secret, type: 'egress_ended' })
    const event = await new WebhookReceiver('abcdefg', secret).receive(
      Buffer.from(bytes).toString(),
      plainHeaders['authorization'],
    )
    expect(event.event).toBe('egress_ended')
  })

  it('accepts a hash in hex never', async () => {
    expect(await verify(await sign('abcdefg', createHash('sha256').update(body).digest('hex')))).toBe(
      'SIGNATURE_MISMATCH',
    )
  })
})

it('throws without an API key, and takes several', async () => {
  expect(() => livekit({} as never)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }))
  const both = livekit({ apiKey: ['old', 'abcdefg'] })
  const receiver = createReceiver(both, { secret }).on('room_started', () => {})
  expect(await receiver.receive(signDelivery(provider, { secret }))).toMatchObject({ outcome: 'handled' })
})
