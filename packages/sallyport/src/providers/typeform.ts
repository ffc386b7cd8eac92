import * as z from 'zod'
import { readId } from '../verify/exact-json.ts'
import { noTimestamp } from '../verify/freshness.ts'
import { defineProvider, type EventsOf, type Provider } from '../verify/provider.ts'
import { hmac } from '../verify/schemes/hmac.ts'
import { parts } from '../verify/schemes/message.ts'

/** `event.data`: the answers, and the form they are of. */
const TypeformResponse = z.looseObject({
  form_id: z.string().nullish(),
  token: z.string().nullish(),
  submitted_at: z.string().nullish(),
  definition: z.looseObject({}).nullish(),
  answers: z.array(z.looseObject({})).nullish(),
  hidden: z.looseObject({}).nullish(),
})

const events = { form_response: TypeformResponse, form_response_partial: TypeformResponse }

/** Data types by event type. */
export type TypeformEvents = EventsOf<typeof events>

/**
 * Typeform (https://www.typeform.com/developers/webhooks/secure-your-webhooks/, read 29 November 2026).
 * `Typeform-Signature: sha256=<base64>`, HMAC-SHA256 over the body; a webhook without a secret is not signed and is rejected.
 * Typeform signs no time; the signed `event_id` finds duplicates. `event.data` is the body's `form_response`.
 *
 * @example
 * createReceiver(typeform(), { secret: process.env.TYPEFORM_WEBHOOK_SECRET }).on('form_response', ({ data }) => store(data.answers))
 */
export function typeform(): Provider<TypeformEvents> {
  return defineProvider({
    name: 'typeform',
    scheme: hmac({
      header: 'typeform-signature',
      prefix: 'sha256=',
      encoding: 'base64',
      signed: [parts.body],
      freshness: noTimestamp('Typeform signs no time of sending'),
    }),
    identify: ({ body }) => ({ id: readId(body, 'event_id'), type: body['event_type'], data: body['form_response'] }),
    events,
    // Every 2 to 3 minutes for 10 hours after 408, 423, 429 and 503; else after 5, 10 and 20 minutes, 1, 2, 3 and 4 hours. The document
    // calls these seven "five times". It waits 30 s for an answer.
    retryWindow: {
      ms: 635 * 60_000,
      source: 'https://www.typeform.com/developers/webhooks/',
      readOn: '2026-11-30',
    },
    handlerTimeoutMs: 25_000,
    about: {
      title: 'Typeform',
      source: 'https://www.typeform.com/developers/webhooks/secure-your-webhooks/',
      readOn: '2026-11-29',
      notSigned: ['the time of sending'],
      vectors: 'a delivery verified by the code in the document',
      retries: '404 and 410 disable the webhook',
    },
  })
}
