import { createReceiver } from 'sallyport'
import { line } from 'sallyport/providers/line'
import { signDelivery } from 'sallyport/testing'
import { expect, it } from 'vitest'
import { describeSender } from '../support/senders/describe-sender.ts'

describeSender('line', line(), {
  type: 'events',
  bodyOf: (type, _time, data) => ({
    destination: 'x',
    [type]: [{ type: 'message', webhookEventId: String(data['id']), ...data }],
  }),
})

it('finds an event that LINE sends again, and takes the test of the URL', async () => {
  const secret = 'channel-secret'
  const receiver = createReceiver(line(), { secret })
  let handled = 0
  receiver.on('events', () => void handled++)
  const send = (events: readonly object[]) =>
    receiver.receive(signDelivery(line(), { secret, body: { destination: 'x', events } }))
  const event = { type: 'follow', webhookEventId: '01FZ74A0TDDPYRVKNK77XKC3ZR', timestamp: 1 }
  expect(await send([{ ...event, deliveryContext: { isRedelivery: false } }])).toMatchObject({ outcome: 'handled' })
  expect(await send([{ ...event, deliveryContext: { isRedelivery: true } }])).toMatchObject({ outcome: 'duplicate' })
  expect(await send([])).toMatchObject({ status: 200 })
  expect(handled).toBe(2)
})
