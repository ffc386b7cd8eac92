import { lemonsqueezy } from 'sallyport/providers/lemonsqueezy'
import { describeSender } from '../support/senders/describe-sender.ts'

describeSender('lemonsqueezy', lemonsqueezy(), {
  type: 'order_created',
  bodyOf: (event_name, _time, data) => ({ meta: { event_name }, data: { type: 'orders' }, ...data }),
})
