import { createReceiver, type ReceiverOptions } from 'sallyport'
import { postmark } from 'sallyport/providers/postmark'
import { signDelivery } from 'sallyport/testing'
import { describe, expect, it } from 'vitest'
import { describeToken } from '../support/senders/describe-token.ts'

const secrets = ['hook-user:correct-horse', 'hook-user:battery-staple'] as const
const [secret] = secrets
const write = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`

describeToken('postmark', postmark(), { secrets, header: 'authorization', write })

describe('an event of Postmark', () => {
  const send = async (body: object, options: Partial<ReceiverOptions> = {}) => {
    const seen: string[] = []
    const receiver = createReceiver(postmark(), { secret, ...options }).onAny(({ type }) => void seen.push(type))
    const outcomes: string[] = []
    for (let round = 0; round < 2; round++) {
      const { outcome, code } = await receiver.receive(signDelivery(postmark(), { secret, body }))
      outcomes.push(code ?? outcome)
    }
    return { outcomes, seen }
  }
  const bounce = { RecordType: 'Bounce', ID: 42, Email: 'john@example.com' }

  it.each([
    ['Bounce', bounce],
    ['Click', { RecordType: 'Click', MessageID: '883953f4' }],
    ['Inbound', { MessageID: '883953f4', FromFull: { Email: 'john@example.com' } }],
  ])('has the type %s', async (type, body) => {
    expect((await send(body)).seen).toEqual([type, type])
  })

  it('is a duplicate only where its id, which nothing signs, is asked to count', async () => {
    expect((await send(bounce)).outcomes).toEqual(['handled', 'handled'])
    const dedupeKey: ReceiverOptions['dedupeKey'] = ({ type }, { body }) => `${type}:${Number(body['ID'])}`
    expect((await send(bounce, { dedupeKey })).outcomes).toEqual(['handled', 'duplicate'])
  })

  it.each([{}, { RecordType: 5 }, { RecordType: '' }])('without a type is rejected: %j', async (body) => {
    expect((await send(body)).outcomes).toEqual(['EVENT_UNIDENTIFIED', 'EVENT_UNIDENTIFIED'])
  })
})

it.each(['no-colon', ':', 'user'])('takes no secret without user and password: %s', (text) => {
  expect(() => createReceiver(postmark(), { secret: text })).toThrow(
    expect.objectContaining({ code: 'SECRET_INVALID' }),
  )
})
