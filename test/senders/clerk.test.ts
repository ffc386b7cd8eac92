import { clerk } from 'sallyport/providers/clerk'
import { describeSender } from '../support/senders/describe-sender.ts'
import { standardRules } from '../support/senders/standard-rules.ts'

describeSender('clerk', clerk(), {
  ...standardRules,
  type: 'user.created',
  bodyOf: (type, _time, data) => ({ type, data }),
})
