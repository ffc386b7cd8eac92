import { openai } from 'sallyport/providers/openai'
import { describeSender, describeVectors } from '../support/senders/describe-sender.ts'
import { standardRules } from '../support/senders/standard-rules.ts'

describeSender('openai', openai(), {
  ...standardRules,
  type: 'response.completed',
  bodyOf: (type, _time, data) => ({ type, data }),
})

// https://github.com/openai/openai-node, tests/lib/webhooks.test.ts, read 29 November 2026.
describeVectors(openai(), [
  {
    from: "the SDK's tests",
    secret: 'whsec_RdvaYFYUXuIFuEbvZHwMfYFhUf7aMYjYcmM24+Aj40c=',
    at: 1_750_861_210_000,
    headers: {
      'webhook-signature': 'v1,gUAg4R2hWouRZqRQG4uJypNS8YK885G838+EHb4nKBY=',
      'webhook-timestamp': '1750861210',
      'webhook-id': 'wh_685c059ae39c8190af8c71ed1022a24d',
    },
    body: '{"id": "evt_685c059ae3a481909bdc86819b066fb6", "object": "event", "created_at": 1750861210, "type": "response.completed", "data": {"id": "resp_123"}}',
    event: { id: 'wh_685c059ae39c8190af8c71ed1022a24d', type: 'response.completed', data: { id: 'resp_123' } },
  },
])
