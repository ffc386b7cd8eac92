import * as z from 'zod'
import { noTimestamp } from '../verify/freshness.ts'
import { claimed, defineProvider, type EventsOf, type Provider } from '../verify/provider.ts'
import { hmac } from '../verify/schemes/hmac.ts'
import { parts } from '../verify/schemes/message.ts'

const part = z.looseObject({})

function ofKind<Data extends z.ZodType>(data: Data) {
  return z.looseObject({ action: z.string(), data, installation: part.nullish(), actor: part.nullish() })
}

/** `event.data` of each kind of event: the whole body. Only bodies of this kind have the member that it requires. */
const events = claimed({
  installation: ofKind(z.looseObject({ installation: part })),
  issue: ofKind(z.looseObject({ issue: part })),
  error: ofKind(z.looseObject({ error: part })),
  event_alert: ofKind(z.looseObject({ event: part, triggered_rule: z.string().nullish() })),
  metric_alert: ofKind(z.looseObject({ metric_alert: part })),
  comment: ofKind(z.looseObject({ comment_id: z.unknown() })),
  seer: ofKind(z.looseObject({ run_id: z.number() })),
  preprod_artifact: ofKind(z.looseObject({ buildId: z.string() })),
})

/** Data types by event type. */
export type SentryEvents = EventsOf<typeof events>

/**
 * Sentry (https://docs.sentry.io/integrations/integration-platform/webhooks/, read 29 November 2026).
 * `Sentry-Hook-Signature: <hex>`, HMAC-SHA256 over the body with the integration's client secret. Only the unsigned
 * `Sentry-Hook-Resource` names the kind of event, so its types are `claimed:<name>`: each schema requires the member that tells its kind
 * from others; the signed `action` says what happened. Neither time nor id is signed: a digest of the body finds duplicates. Sentry
 * waits one second for an answer: store events in an inbox. `event.data` is the whole body.
 *
 * @example
 * createReceiver(sentry(), { secret: process.env.SENTRY_WEBHOOK_SECRET, inbox: 'events.db' })
 *   .on('claimed:issue', ({ data }) => console.log(data.action, data.data.issue))
 */
export function sentry(): Provider<SentryEvents> {
  return defineProvider({
    name: 'sentry',
    scheme: hmac({
      header: 'sentry-hook-signature',
      encoding: 'hex',
      signed: [parts.body],
      freshness: noTimestamp('Sentry signs no time'),
    }),
    identify: ({ body, unsignedHeaders }) => ({ claimedType: unsignedHeaders.get('sentry-hook-resource'), data: body }),
    events,
    // It waits 1 s for an answer.
    handlerTimeoutMs: 800,
    about: {
      title: 'Sentry',
      source: 'https://docs.sentry.io/integrations/integration-platform/webhooks/',
      readOn: '2026-11-29',
      notSigned: ['Sentry-Hook-Resource (the kind of event)', 'Sentry-Hook-Timestamp', 'Request-ID'],
      vectors: "a delivery verified by Sentry's own example, integration-platform-example",
      retries: 'not documented; 1,000 timeouts in 24 h end the webhook',
    },
  })
}
