import { paddle } from 'sallyport/providers/paddle'
import { describeSender, describeVectors } from '../support/senders/describe-sender.ts'

describeSender('paddle', paddle(), {
  secrets: ['pdl_ntfset_01gkpjp8bkm3tm53kdgkx6sms7_6h3qd3uFSi9YCD3OLYAShQI90XTI5vEI', 'pdl_ntfset_other'],
  type: 'transaction.completed',
  bodyOf: (event_type, occurred_at, data) => ({
    event_id: `evt_${String(data['id'])}`,
    event_type,
    occurred_at,
    data: { status: 'completed', ...data },
  }),
})

// https://github.com/PaddleHQ/paddle-node-sdk, webhooks-validator.node.test.ts, read 29 November 2026.
const at = 1_698_796_800_000
describeVectors(paddle(), [
  {
    from: "the SDK's tests: one signature",
    secret: 'VALID_SECRET',
    at,
    headers: {
      'Paddle-Signature': 'ts=1698796800;h1=a300428748dce5c70e4da19bffd60769591ea969c99dea3105d0ec9612cf43f9',
    },
    body: '{"data": ["1", "2"]}',
  },
  {
    from: "the SDK's tests: several signatures, one of another version",
    secret: 'VALID_SECRET',
    at,
    headers: {
      'Paddle-Signature':
        'ts=1698796800;h1=28981e941fae76e53db32f3d2a83cb69db41476595e84e1970a1b5d98f62b261;h1=28981e941fae76e53db32f3d2a83cb69db41476595e84e1970a1b5d98f62b261;h2=RANDOM_HASH',
    },
    body: '{"data": "value"}',
  },
])
