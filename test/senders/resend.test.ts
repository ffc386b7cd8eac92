import { resend } from 'sallyport/providers/resend'
import { describeSender } from '../support/senders/describe-sender.ts'
import { standardRules } from '../support/senders/standard-rules.ts'

describeSender('resend', resend(), {
  ...standardRules,
  type: 'email.delivered',
  bodyOf: (type, _time, data) => ({ type, data }),
})
