import { typeform } from 'sallyport/providers/typeform'
import { describeSender } from '../support/senders/describe-sender.ts'

describeSender('typeform', typeform(), {
  type: 'form_response',
  bodyOf: (event_type, _time, { id, ...data }) => ({
    event_id: id,
    event_type,
    form_response: { answers: [], ...data },
  }),
})
