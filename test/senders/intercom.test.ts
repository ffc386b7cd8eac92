import { createReceiver } from 'sallyport'
import { intercom } from 'sallyport/providers/intercom'
import { describe, expect, it } from 'vitest'
import { describeSender, describeVectors } from '../support/senders/describe-sender.ts'

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

// The example intercom-archive/intercom-webhooks (node/index.js) took this delivery when it was made, on 30 November 2026.
describeVectors(intercom(), [
  {
    from: 'verified by intercom-webhooks',
    secret: 'secret',
    headers: { 'x-hub-signature': 'sha1=2c23ce23a5218982e13c47ced4bc31ca200c8a85' },
    body: '{"type":"notification_event","app_id":"a86dr8yl","data":{"type":"notification_event_data","item":{"type":"user","id":"u1","name":"Zoë"}},"links":{},"id":"notif_d0a7a8b0-07c1-11e6-9e32-0f82669a8b0a","topic":"contact.user.created","delivery_status":"pending","delivery_attempts":1,"delivered_at":0,"first_sent_at":1795939200,"created_at":1795939200,"self":null}',
    event: { id: 'notif_d0a7a8b0-07c1-11e6-9e32-0f82669a8b0a', type: 'contact.user.created' },
  },
])
