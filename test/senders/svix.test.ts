import { svix } from 'sallyport/providers/svix'
import { describeSender } from '../support/senders/describe-sender.ts'
import { standardRules } from '../support/senders/standard-rules.ts'

describeSender('svix', svix(), {
  ...standardRules,
  type: 'endpoint.disabled',
  bodyOf: (type, _time, data) => ({ type, data }),
})
