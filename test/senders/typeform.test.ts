import { typeform } from 'sallyport/providers/typeform'
import { describeSender, describeVectors } from '../support/senders/describe-sender.ts'

describeSender('typeform', typeform(), {
  type: 'form_response',
  bodyOf: (event_type, _time, { id, ...data }) => ({
    event_id: id,
    event_type,
    form_response: { answers: [], ...data },
  }),
})

// The code of the document took this delivery when it was made, on 30 November 2026. Typeform ends a body with a line feed.
describeVectors(typeform(), [
  {
    from: 'verified by the code in the document',
    secret: 'sallyport-known-good-secret',
    headers: { 'typeform-signature': 'sha256=krr0/8qSG4LZXHA94eWy9nolIIp4BKx0apm/Mbt2uq8=' },
    body: '{"event_id":"01KB7A","event_type":"form_response","form_response":{"form_id":"f1","token":"t1","submitted_at":"2026-11-29T08:00:00Z","answers":[{"type":"text","text":"Zoë"}]}}\n',
    event: { id: '01KB7A', type: 'form_response' },
  },
])
