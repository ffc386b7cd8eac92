import { box } from 'sallyport/providers/box'
import { describeSender, describeVectors, type Vector } from '../support/senders/describe-sender.ts'

describeSender('box', box(), {
  type: 'FILE.UPLOADED',
  bodyOf: (trigger, created_at, { id, ...data }) => ({
    type: 'webhook_event',
    id: id === undefined ? undefined : JSON.stringify(id),
    trigger,
    created_at,
    source: { id: '1', type: 'file', ...data },
  }),
})

const from = "the tests of Box's own libraries"
const delivery: Omit<Vector, 'from' | 'secret'> = {
  headers: {
    'box-delivery-id': 'f96bb54b-ee16-4fc5-aa65-8c2d9e5b546f',
    'box-delivery-timestamp': '2020-01-01T00:00:00-07:00',
    'box-signature-algorithm': 'HmacSHA256',
    'box-signature-primary': '6TfeAW3A1PASkgboxxA5yqHNKOwFyMWuEXny/FPD5hI=',
    'box-signature-secondary': 'v+1CD1Jdo3muIcbpv5lxxgPglOqMfsNHPV899xWYydo=',
    'box-signature-version': '1',
  },
  body: '{"type":"webhook_event","webhook":{"id":"1234567890"},"trigger":"FILE.UPLOADED","source":{"id":"1234567890","type":"file","name":"Test.txt"}}',
  at: Date.parse('2020-01-01T00:05:00-07:00'),
  event: { type: 'FILE.UPLOADED' },
}
describeVectors(box(), [
  { from: `${from}, primary key`, secret: 'SamplePrimaryKey', ...delivery },
  { from: `${from}, secondary key`, secret: 'SampleSecondaryKey', ...delivery },
])
