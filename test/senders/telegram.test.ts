import { createReceiver } from 'sallyport'
import { telegram } from 'sallyport/providers/telegram'
import { signDelivery } from 'sallyport/testing'
import { describe, expect, it } from 'vitest'
import { describeToken } from '../support/senders/describe-token.ts'

const secrets = ['telegram_token-1', 'telegram_token-2'] as const

describeToken('telegram', telegram(), { secrets, header: 'x-telegram-bot-api-secret-token' })

describe('an update of Telegram', () => {
  const [secret] = secrets
  const receiver = createReceiver(telegram(), { secret, unknownEvents: 'accept' })
  const seen: unknown[] = []
  receiver.onAny(({ id, type, data }) => void seen.push({ id, type, data }))
  receiver.onUnknown(({ id, type }) => void seen.push({ id, type }))
  const send = (body: object) => receiver.receive(signDelivery(telegram(), { secret, body }))

  it('is named by its one member', async () => {
    expect(await send({ update_id: 1, message: { text: 'Hi' } })).toMatchObject({ outcome: 'handled' })
    expect(seen[0]).toMatchObject({ type: 'message', data: { text: 'Hi' } })
  })

  it('is a duplicate only where its id, which nothing signs, is asked to count', async () => {
    const body = { update_id: 5, message: { text: 'Hi' } }
    for (const outcome of ['handled', 'handled']) expect(await send(body)).toMatchObject({ outcome })
    const byId = createReceiver(telegram(), {
      secret,
      dedupeKey: (_identity, { body: { update_id } }) => `${Number(update_id)}`,
    })
    byId.on('message', () => {})
    for (const outcome of ['handled', 'duplicate'])
      expect(await byId.receive(signDelivery(telegram(), { secret, body }))).toMatchObject({ outcome })
  })

  it('of a kind that is new is unknown, not rejected', async () => {
    expect(await send({ update_id: 3, new_kind: {} })).toMatchObject({ outcome: 'unknown' })
    expect(seen.at(-1)).toMatchObject({ type: 'new_kind' })
  })

  it('without a kind is rejected', async () => {
    expect(await send({ update_id: 4 })).toMatchObject({ code: 'EVENT_UNIDENTIFIED' })
  })
})
