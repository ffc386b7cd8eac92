import {
  createReceiver,
  createReply,
  type EventMap,
  type Provider as AnyProvider,
  type Receiver,
  type Reply,
} from 'sallyport'
import { defineProvider, hmac, noTimestamp, parts, type Acknowledgement } from 'sallyport/provider'
import { webhook } from 'sallyport/fetch'
import { elevenlabs } from 'sallyport/providers/elevenlabs'
import { intercom } from 'sallyport/providers/intercom'
import { lemonsqueezy } from 'sallyport/providers/lemonsqueezy'
import { linear } from 'sallyport/providers/linear'
import { mailgun } from 'sallyport/providers/mailgun'
import { paddle } from 'sallyport/providers/paddle'
import { postmark } from 'sallyport/providers/postmark'
import { signDelivery, signRequest } from 'sallyport/testing'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { useInboxes } from './support/inbox/receivers.ts'

const { openInbox, makePath } = useInboxes()
const secret = 'acknowledged'

const define = (acknowledgement: Acknowledgement | undefined) =>
  defineProvider({
    name: 'acme',
    scheme: hmac({ header: 'x-mac', encoding: 'hex', signed: [parts.body], freshness: noTimestamp('none') }),
    identify: ({ body: data }) => ({ type: data['type'], data }),
    events: { paid: z.looseObject({}), sent: z.looseObject({}) },
    acknowledgement,
  })
type Provider = ReturnType<typeof define>

let count = 0
const sign = (provider: Provider, type = 'paid') => signDelivery(provider, { secret, body: { type, number: ++count } })

/** The outcome, status, type and body of each way to end well. */
async function answersOf(provider: Provider, receiver: Receiver): Promise<unknown[]> {
  const handled = sign(provider)
  const deliveries = [handled, handled, sign(provider, 'sent'), sign(provider, 'other')]
  const answers: unknown[] = []
  for (const delivery of deliveries) {
    const { outcome, status, headers, body } = await receiver.receive(delivery)
    answers.push([outcome, status, headers['content-type'], body])
  }
  return answers
}

describe('an acknowledgement', () => {
  it.each([
    ['Adyen', { body: '[accepted]' }, [200, 'text/plain', '[accepted]']],
    ['Discord', { status: 204 }, [204, 'text/plain', '']],
    ['Twilio', { type: 'text/xml', body: '<Response/>' }, [200, 'text/xml', '<Response/>']],
    ['a sender of commands', {}, [200, 'text/plain', '']],
  ] as const)('is what %s wants', async (_sender, acknowledgement, answer) => {
    const provider = define(acknowledgement)
    const receiver = createReceiver(provider, { secret }).on('paid', () => {})
    expect(await answersOf(provider, receiver)).toEqual(
      ['handled', 'duplicate', 'ignored', 'unknown'].map((outcome) => [outcome, ...answer]),
    )
  })

  it('keeps 202 for a stored event', async () => {
    const provider = define({ body: '[accepted]' })
    const receiver = createReceiver(provider, { secret, inbox: openInbox(makePath()) }).on('paid', () => {})
    const delivery = sign(provider)
    expect(await receiver.receive(delivery)).toMatchObject({ status: 202, outcome: 'accepted', body: '[accepted]' })
    expect(await receiver.receive(delivery)).toMatchObject({ status: 200, outcome: 'duplicate', body: '[accepted]' })
  })

  it('gives way to the reply of a handler, and changes no refusal', async () => {
    const provider = define({ status: 204 })
    const receiver = createReceiver(provider, { secret }).on('paid', () =>
      createReply({ body: { outcome: 'handled' } }),
    )
    expect(await receiver.receive(sign(provider))).toMatchObject({ status: 200, body: '{"outcome":"handled"}' })
    const forged = { ...sign(provider), body: Buffer.from('{}') }
    expect(await receiver.receive(forged)).toMatchObject({ status: 401, code: 'SIGNATURE_MISMATCH' })
  })

  it('is sent by an adapter', async () => {
    const provider = define({ status: 204 })
    const handle = webhook(createReceiver(provider, { secret }).on('paid', () => {}))
    const response = await handle(signRequest('https://a.example/', provider, { secret, body: { type: 'paid' } }))
    expect([response.status, await response.text()]).toEqual([204, ''])
  })

  it.each([
    [{ status: 500 }, /200 or 204/],
    [{ status: 204, body: 'a' }, /204 has no body/],
    [{ body: 'a'.repeat(1_025) }, /1,024/],
    [{ type: 'text/html' }, /type/],
    [{ other: 1 }, /other/],
  ])('cannot be %j', (acknowledgement, message) => {
    const invalid = expect.objectContaining({
      code: 'PROVIDER_INVALID',
      message: expect.stringMatching(message),
    })
    expect(() => define(acknowledgement as never)).toThrow(invalid)
    const copy = { ...define(undefined), acknowledgement: acknowledgement as never }
    expect(() => createReceiver(copy, { secret })).toThrow(invalid)
  })
})

describe('createReply', () => {
  it('sends a text of another type as it is', async () => {
    const provider = define(undefined)
    const body = '<Response><Message>hi</Message></Response>'
    const receiver = createReceiver(provider, { secret }).on('paid', () => createReply({ type: 'text/xml', body }))
    const reply = await receiver.receive(sign(provider))
    expect(reply).toMatchObject({ status: 200, outcome: 'handled', body })
    expect(reply.headers).toEqual({
      'content-type': 'text/xml',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    })
  })

  it('takes no other type, and no object as a text', () => {
    for (const options of [
      { type: 'text/html', body: '' },
      { type: 'constructor', body: '' },
      { type: 'text/xml', body: {} },
    ])
      expect(() => createReply(options as never)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }))
  })
})

async function storeOne<Events extends EventMap>(provider: AnyProvider<Events>): Promise<Reply> {
  const key = 'hook-user:correct-horse'
  const receiver = createReceiver(provider, { secret: key, inbox: openInbox(makePath()) })
  return receiver.receive(signDelivery(provider, { secret: key }))
}

// Their documents take any other status, 202 too, for a failure: they send the event again, or stop sending.
it.each([
  ['ElevenLabs', () => storeOne(elevenlabs())],
  ['Intercom', () => storeOne(intercom())],
  ['Lemon Squeezy', () => storeOne(lemonsqueezy())],
  ['Linear', () => storeOne(linear())],
  ['Mailgun', () => storeOne(mailgun({ acceptUnsignedEvent: true }))],
  ['Paddle', () => storeOne(paddle())],
  ['Postmark', () => storeOne(postmark())],
] as const)('a stored event of %s is acknowledged with 200', async (_sender, store) => {
  expect(await store()).toMatchObject({ status: 200, outcome: 'accepted' })
})
