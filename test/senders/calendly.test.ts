import { calendly } from 'sallyport/providers/calendly'
import { describeSender } from '../support/senders/describe-sender.ts'

describeSender('calendly', calendly(), {
  type: 'invitee.created',
  bodyOf: (event, created_at, payload) => ({ event, created_at, payload }),
})
