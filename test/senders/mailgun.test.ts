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

  // https://github.com/mailgun/mailgun-php/blob/master/tests/Api/WebhookTest.php: the second token is another one.
  it.each([
    ['5egbgr1vjgqxtrnp65xfznchgdccwh5d6i09vijqi3whgowmn6', { outcome: 'handled' }],
    ['owyldpe6nxhmrn78epljl6bj0orrki1u3d2v5e6cnlmmuox8jr', { code: 'SIGNATURE_MISMATCH' }],
  ])('judges the values of mailgun-php as it does: %s', async (token, expected) => {
    const signature = '9cfc5c41582e51246e73c88d34db3af0a3a2692a76fbab81492842f000256d33'
    const body = {
      signature: { token, timestamp: '1403645220', signature },
      'event-data': { event: 'opened', id: 'a' },
    }
    const receiver = createReceiver(provider, { secret }).on('claimed:opened', () => {})
    const reply = await receiver.receive({
      method: 'POST',
      url: '/',
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify(body)),
      receivedAt: 1_403_645_220_000,
    })
    expect(reply).toMatchObject(expected)
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
