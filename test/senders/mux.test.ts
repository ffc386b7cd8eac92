import { createReceiver } from 'sallyport'
import { mux } from 'sallyport/providers/mux'
import { signDelivery } from 'sallyport/testing'
import { describe, expect, it } from 'vitest'
import { describeSender, describeVectors } from '../support/senders/describe-sender.ts'

describeSender('mux', mux(), {
  type: 'video.asset.ready',
  bodyOf: (type, created_at, { id, ...data }) => ({ type, id, created_at, data }),
})

describe('a retry of Mux', () => {
  it('is a duplicate although it lists the attempts', async () => {
    const secret = 'mux-secret'
    const receiver = createReceiver(mux(), { secret }).onAny(() => {})
    const send = (attempts: readonly object[]) =>
      receiver.receive(
        signDelivery(mux(), { secret, body: { id: 'e1', type: 'video.asset.ready', data: {}, attempts } }),
      )
    expect(await send([])).toMatchObject({ outcome: 'handled' })
    expect(await send([{ response_status_code: 500 }])).toMatchObject({ outcome: 'duplicate' })
  })
})

// The SDK took this delivery when it was made, on 29 November 2026.
describeVectors(mux(), [
  {
    from: 'verified by @mux/mux-node 15.3.0',
    secret: 'sallyport-known-good-secret',
    at: 1795988216253,
    headers: { 'mux-signature': 't=1795988216,v1=7bc8ed06efcadb5699e1a7010616dd696ddc466e0abe2ec33bf9cfb70dca3843' },
    body: '{"id":"e1","type":"video.asset.ready","data":{"note":"naïve"}}',
    event: { id: 'e1', type: 'video.asset.ready' },
  },
])
