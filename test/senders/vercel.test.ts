import { vercel } from 'sallyport/providers/vercel'
import { describeSender } from '../support/senders/describe-sender.ts'

describeSender('vercel', vercel(), {
  type: 'deployment.ready',
  bodyOf: (type, time, { id, ...payload }) => ({ id, type, createdAt: Date.parse(time), payload }),
})
