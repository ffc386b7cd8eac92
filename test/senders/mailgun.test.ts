import { createHmac } from 'node:crypto'
import { createReceiver } from 'sallyport'
import { mailgun } from 'sallyport/providers/mailgun'
import { signDelivery } from 'sallyport/testing'
import { describe, expect, it } from 'vitest'
import { describeSignedMembers } from '../support/senders/describe-signed-members.ts'

const provider = mailgun({ acceptUnsignedEvent: true })
const secret = 'key-3ax6xnjp29jd6fds4gc373sgvjxteol0'

describeSignedMembers('mailgun', provider, {
  secrets: [secret, 'key-5bx7xnjp29jd6fds4gc373sgvjxteol1'],
  notSecrets: [],
  signature: 'signature.signature',
  signed: ['signature.timestamp', 'signature.token'],
  unsigned: 'event-data.recipient',
})

describe('mailgun()', () => {
  it.each([{}, { acceptUnsignedEvent: false }, { acceptUnsignedEvent: 'yes' }])(
    'refuses unless the unsigned event is accepted: %j',
    (options) => {
      expect(() => mailgun(options as never)).toThrow(
        expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringContaining('acceptUnsignedEvent') }),
      )
    },
  )

  // No value is published; this is the rule of the document.
  it('verifies what node:crypto makes by the document', async () => {
    const token = 'e0b5477167110d68991efc6b9f89f0a11066af27834600e123'
    const timestamp = '1770920772'
    const signature = createHmac('sha256', secret)
      .update(timestamp + token)
      .digest('hex')
    const body = { signature: { token, timestamp, signature }, 'event-data': { event: 'opened', id: 'a' } }
    const receiver = createReceiver(provider, { secret }).on('claimed:opened', () => {})
    const reply = await receiver.receive({
      method: 'POST',
      url: '/',
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify(body)),
      receivedAt: 1_770_920_772_000,
    })
    expect(reply).toMatchObject({ outcome: 'handled' })
  })

  it('says that an event is only claimed, and takes one per signature', async () => {
    const seen: unknown[] = []
    const receiver = createReceiver(provider, { secret }).onAny(
      ({ type, claimedType }) => void seen.push([type, claimedType]),
    )
    const { plainHeaders: _, ...genuine } = signDelivery(provider, { secret, type: 'claimed:delivered' })
    const text = Buffer.from(genuine.body).toString().replace('"event":"delivered"', '"event":"unsubscribed"')
    const forged = { ...genuine, body: Buffer.from(text) }
    const deliver = async (delivery: typeof forged | typeof genuine) =>
      (await receiver.receive({ ...delivery, receivedAt: Date.now() })).outcome
    expect(await deliver(genuine)).toBe('handled')
    expect(await deliver(forged)).toBe('duplicate')
    expect(seen).toEqual([['claimed:delivered', 'delivered']])
  })
})
