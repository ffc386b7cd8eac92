import { lemonsqueezy } from 'sallyport/providers/lemonsqueezy'
import { describeSender, describeVectors } from '../support/senders/describe-sender.ts'

describeSender('lemonsqueezy', lemonsqueezy(), {
  type: 'order_created',
  bodyOf: (event_name, _time, data) => ({ meta: { event_name }, data: { type: 'orders' }, ...data }),
})

// The example lmsqueezy/nextjs-billing (src/app/api/webhook/route.ts) took this delivery when it was made, on 30 November 2026.
describeVectors(lemonsqueezy(), [
  {
    from: 'verified by nextjs-billing',
    secret: 'sallyport-known-good-secret',
    headers: { 'x-signature': 'fa3ef5a9aca2f837528e7f7693a6ae8da40dc70817a7596c7d27a6681508876f' },
    body: '{"meta":{"event_name":"order_created","webhook_id":"w1","custom_data":{"user_id":"Zoë"}},"data":{"type":"orders","id":"1","attributes":{"updated_at":"2026-11-29T08:00:00.000000Z"}}}',
    event: { type: 'order_created' },
  },
])
