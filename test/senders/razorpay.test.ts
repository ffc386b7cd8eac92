import { razorpay } from 'sallyport/providers/razorpay'
import { describeSender, describeVectors } from '../support/senders/describe-sender.ts'

describeSender('razorpay', razorpay(), {
  type: 'payment.captured',
  bodyOf: (event, time, payload) => ({ entity: 'event', event, payload, created_at: Date.parse(time) / 1000 }),
})

// The SDK took this delivery when it was made, on 29 November 2026.
describeVectors(razorpay(), [
  {
    from: 'verified by razorpay 2.9.8',
    secret: 'sallyport-known-good-secret',
    at: 1795988216311,
    headers: { 'x-razorpay-signature': '508fbb83f9d1e5484b2b70f07e34ef00eeb15240b5e4565bbecd00333b6fe511' },
    body: '{"entity":"event","event":"payment.captured","payload":{"note":"चाय"}}',
    event: { type: 'payment.captured' },
  },
])
