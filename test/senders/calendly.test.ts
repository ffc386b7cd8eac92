import { calendly } from 'sallyport/providers/calendly'
import { describeSender, describeVectors } from '../support/senders/describe-sender.ts'

describeSender('calendly', calendly(), {
  type: 'invitee.created',
  bodyOf: (event, created_at, payload) => ({ event, created_at, payload }),
})

// The code of the document took this delivery when it was made, on 30 November 2026.
describeVectors(calendly(), [
  {
    from: 'verified by the code in the document',
    secret: 'sallyport-known-good-secret',
    at: 1_796_027_621_909,
    headers: {
      'calendly-webhook-signature': 't=1796027621,v1=0cebcd4fd2d0f2d7d7a0b77dacb2f34cbe03e71c057b9c4103e4b2ac0ab4d359',
    },
    body: '{"event":"invitee.created","created_at":"2026-11-30T08:00:00.000000Z","created_by":"https://api.calendly.com/users/AAAA","payload":{"uri":"https://api.calendly.com/scheduled_events/BBBB/invitees/CCCC","name":"Zoë","email":"zoe@example.com"}}',
    event: { type: 'invitee.created' },
  },
])
