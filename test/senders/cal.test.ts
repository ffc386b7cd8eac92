import { cal } from 'sallyport/providers/cal'
import { describeSender } from '../support/senders/describe-sender.ts'

describeSender('cal', cal(), {
  type: 'BOOKING_CREATED',
  bodyOf: (triggerEvent, createdAt, data) => ({ triggerEvent, createdAt, payload: {}, ...data }),
})
