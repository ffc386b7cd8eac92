import * as z from 'zod'
import { defineProvider, type EventsOf, type Provider } from '../verify/provider.ts'
import { schemaForAll } from './event-table.ts'
import { standardWebhooks } from './standard-webhooks.ts'

/** `event.data`: the prediction or training as the API returns it. */
const ReplicatePrediction = z.looseObject({
  id: z.string(),
  status: z.string(),
  version: z.string().nullish(),
  input: z.looseObject({}).nullish(),
  output: z.unknown().optional(),
  error: z.unknown().optional(),
  logs: z.string().nullish(),
})

const events = schemaForAll('starting processing succeeded failed canceled aborted', ReplicatePrediction)

/** Data types by event type. */
export type ReplicateEvents = EventsOf<typeof events>

/**
 * Replicate (https://replicate.com/docs/topics/webhooks/receive-webhook, read 29 November 2026): Standard Webhooks with `webhook-id`,
 * `webhook-timestamp` and `webhook-signature`. The body is the prediction and names no event: its signed `status` is the type, and the
 * whole body is `event.data`. The names of `webhook_events_filter`, such as `output`, are not sent.
 *
 * @example
 * createReceiver(replicate(), { secret: process.env.REPLICATE_WEBHOOK_SECRET }).on('succeeded', ({ data }) => save(data.output))
 */
export function replicate(): Provider<ReplicateEvents> {
  return defineProvider({
    ...standardWebhooks({ name: 'replicate', events, type: ({ status }) => status, data: (body) => body }),
    // From the end of the prediction on, with growing delays.
    retryWindow: { ms: 60_000, source: 'https://replicate.com/docs/topics/webhooks', readOn: '2026-11-30' },
    about: {
      title: 'Replicate',
      source: 'https://replicate.com/docs/topics/webhooks/receive-webhook',
      readOn: '2026-11-29',
      notSigned: ['the URL, so also what you add to it as customId'],
      vectors: 'the SDK standardwebhooks, both ways; the SDK replicate verifies ours',
      retries: 'after 4xx and 5xx, only of a prediction that ended',
      secretPrefix: 'whsec_',
    },
  })
}
