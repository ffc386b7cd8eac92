import { elevenlabs } from 'sallyport/providers/elevenlabs'
import { describeSender, describeVectors } from '../support/senders/describe-sender.ts'

describeSender('elevenlabs', elevenlabs(), {
  secrets: ['wsec_2f1b6c8d9e0a', 'wsec_another'],
  type: 'post_call_transcription',
  bodyOf: (type, time, data) => ({ type, event_timestamp: Date.parse(time) / 1000 || time, data }),
})

// The SDK took this delivery when it was made, on 29 November 2026.
describeVectors(elevenlabs(), [
  {
    from: 'verified by @elevenlabs/elevenlabs-js 2.73.0',
    secret: 'sallyport-known-good-secret',
    at: 1795988216331,
    headers: {
      'elevenlabs-signature': 't=1795988216,v0=1b08101d1fd6be65b24569ba9323cbbd9ee3c04b6ff606408b079d096776dc9c',
    },
    body: '{"type":"voice_removed","event_timestamp":1795988184,"data":{"voice_id":"naïve"}}',
    event: { type: 'voice_removed' },
  },
])
