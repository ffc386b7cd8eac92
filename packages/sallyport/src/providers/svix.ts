import * as z from 'zod'
import { defineProvider, type EventsOf, type Provider } from '../verify/provider.ts'
import { listTypes, schemaForAll } from './event-table.ts'
import { standardWebhooks } from './standard-webhooks.ts'
import { svixRetries } from './svix-retries.ts'

/** `event.data`: what happened to which endpoint or message. */
const SvixData = z.looseObject({
  appId: z.string().nullish(),
  endpointId: z.string().nullish(),
  msgId: z.string().nullish(),
})

const types = listTypes({
  background_task: 'finished',
  endpoint: 'created deleted disabled enabled updated',
  'message.attempt': 'exhausted failing recovered',
})
const events = schemaForAll(types, SvixData)

/** Data types by event type. */
export type SvixEvents = EventsOf<typeof events>

/**
 * Svix's own operational webhooks (https://docs.svix.com/incoming-webhooks, read 29 November 2026): Standard Webhooks with `svix-id`,
 * `svix-timestamp` and `svix-signature`. For a sender that uses Svix, take `standardWebhooks` with its events.
 *
 * @example
 * createReceiver(svix(), { secret: process.env.SVIX_WEBHOOK_SECRET }).on('endpoint.disabled', ({ data }) => warn(data.endpointId))
 */
export function svix(): Provider<SvixEvents> {
  return defineProvider({
    ...standardWebhooks({ name: 'svix', events }),
    retryWindow: svixRetries,
    about: {
      title: 'Svix',
      source: 'https://docs.svix.com/incoming-webhooks',
      readOn: '2026-11-29',
      notSigned: [],
      vectors: 'the SDK svix, both ways',
      secretPrefix: 'whsec_',
    },
  })
}
