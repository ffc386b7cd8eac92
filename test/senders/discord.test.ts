import { createReceiver } from 'sallyport'
import { discord } from 'sallyport/providers/discord'
import { expect, it } from 'vitest'
import { describeSender } from '../support/senders/describe-sender.ts'

const seeds = [
  '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
  '202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f',
] as const
const publicKeys = [
  '03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8',
  '29acbae141bccaf0b22e1a94d34d0bc7361e526d0bfe12c89794bc9322966dd7',
] as const
const interactions = ['APPLICATION_COMMAND', 'MESSAGE_COMPONENT', 'APPLICATION_COMMAND_AUTOCOMPLETE', 'MODAL_SUBMIT']

describeSender('discord', discord(), {
  secrets: publicKeys,
  signingSecrets: seeds,
  notSecrets: ['not hex', 'abcd', `${publicKeys[0]}00`],
  type: 'APPLICATION_COMMAND',
  handshakes: [
    { body: { type: 1 }, answer: { status: 200, body: '{"type":1}' } },
    { body: { version: 1, application_id: '1', type: 0 }, answer: { status: 204, body: '' } },
  ],
  bodyOf(type, timestamp, { id, ...data }) {
    const number = interactions.indexOf(type) + 2
    if (number < 2) return { version: 1, type: 1, event: { type, timestamp, data } }
    return { type: number, id: JSON.stringify(id ?? 1), data }
  },
})

it('answers the PING of webhook-co/webhook, and no other', async () => {
  const secret = '79b5562e8fe654f94078b112e8a98ba7901f853ae695bed7e0e3910bad049664'
  const receiver = createReceiver(discord(), { secret })
  const headers = {
    'content-type': 'application/json',
    'x-signature-timestamp': '1610000000',
    'x-signature-ed25519':
      '50db4086e890c41c26b539f0dd95af18b4d8b03d2f4203964d238b4946943ee2cc6fd52c47ddb355d267086a8c4e299d1054d3d655dba6e0f237a779f634800d',
  }
  const ask = (text: string) =>
    receiver.receive({ method: 'POST', url: '/', headers, body: Buffer.from(text), receivedAt: 1_610_000_000_000 })
  expect(await ask('{"type":1}')).toMatchObject({ outcome: 'handshake', status: 200, body: '{"type":1}' })
  expect(await ask('{"type":0}')).toMatchObject({ code: 'SIGNATURE_MISMATCH' })
})
