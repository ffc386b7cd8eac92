import * as z from 'zod'
import { defineProvider, type EventsOf, type Provider } from '../verify/provider.ts'
import { listTypes, schemaForAll } from './event-table.ts'
import { standardWebhooks } from './standard-webhooks.ts'

/** `event.data`: the id of the object that is ready; fetch the rest. */
const OpenaiData = z.looseObject({ id: z.string().nullish() })

const types = listTypes({
  batch: 'cancelled completed expired failed',
  'eval.run': 'canceled failed succeeded',
  'fine_tuning.job': 'cancelled failed succeeded',
  'live.call': 'incoming',
  'realtime.call': 'incoming',
  response: 'cancelled completed failed incomplete',
})
const events = schemaForAll(types, OpenaiData)

/** Data types by event type. */
export type OpenaiEvents = EventsOf<typeof events>

/**
 * OpenAI (https://platform.openai.com/docs/guides/webhooks, read 29 November 2026): Standard Webhooks with `webhook-id`,
 * `webhook-timestamp` and `webhook-signature`, the secret as `whsec_<base64>`. Id and time are signed; the id finds duplicates.
 *
 * @example
 * createReceiver(openai(), { secret: process.env.OPENAI_WEBHOOK_SECRET }).on('response.completed', ({ data }) => fetchResponse(data.id))
 */
export function openai(): Provider<OpenaiEvents> {
  return defineProvider({
    ...standardWebhooks({ name: 'openai', events }),
    retryWindow: {
      ms: 72 * 3_600_000,
      source: 'https://platform.openai.com/docs/guides/webhooks',
      readOn: '2026-11-29',
    },
    about: {
      title: 'OpenAI',
      source: 'https://platform.openai.com/docs/guides/webhooks',
      readOn: '2026-11-29',
      notSigned: [],
      vectors: 'the tests of the SDK openai; the SDK standardwebhooks, both ways',
      secretPrefix: 'whsec_',
    },
  })
}
