import { vercel } from 'sallyport/providers/vercel'
import { describeSender, describeVectors } from '../support/senders/describe-sender.ts'

describeSender('vercel', vercel(), {
  type: 'deployment.ready',
  bodyOf: (type, time, { id, ...payload }) => ({ id, type, createdAt: Date.parse(time), payload }),
})

// The code of the document took this delivery when it was made, on 30 November 2026.
describeVectors(vercel(), [
  {
    from: 'verified by the code in the document',
    secret: 'sallyport-known-good-secret',
    headers: { 'x-vercel-signature': 'b87ed12008f6d1cb4e8a189ed0ee03d223ea2f50' },
    body: '{"id":"uev_1","type":"deployment.ready","createdAt":1795939200000,"region":"sfo1","payload":{"deployment":{"id":"dpl_1","meta":{"githubCommitMessage":"naïve"}}}}',
    event: { id: 'uev_1', type: 'deployment.ready' },
  },
])
