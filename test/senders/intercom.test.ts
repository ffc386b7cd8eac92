import { createReceiver } from 'sallyport'
import { intercom } from 'sallyport/providers/intercom'
import { describe, expect, it } from 'vitest'
import { describeSender } from '../support/senders/describe-sender.ts'

describeSender('intercom', intercom(), {
  type: 'contact.user.updated',
  bodyOf: (topic, _time, { id, ...item }) => ({ id: `notif_${String(id)}`, topic, data: { item, ...item } }),
})

describe('an endpoint of Intercom', () => {
  it('answers the HEAD by which Intercom checks its URL', async () => {
    const receiver = createReceiver(intercom(), { secret: 'intercom-client-secret' })
    const body = new Uint8Array()
    expect(await receiver.receive({ method: 'HEAD', url: '/', headers: {}, body })).toMatchObject({
      status: 200,
      outcome: 'handshake',
    })
  })
})
