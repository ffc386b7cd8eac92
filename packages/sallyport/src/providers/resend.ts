import * as z from 'zod'
import { defineProvider, type EventsOf, type Provider } from '../verify/provider.ts'
import { listTypes, schemaForAll } from './event-table.ts'
import { standardWebhooks } from './standard-webhooks.ts'
import { svixRetries } from './svix-retries.ts'

/** `event.data`: the email, domain or contact. */
const ResendData = z.looseObject({
  email_id: z.string().nullish(),
  id: z.string().nullish(),
  created_at: z.string().nullish(),
})

const types = listTypes({
  contact: 'created deleted updated',
  domain: 'created deleted updated',
  email: 'bounced clicked complained delivered delivery_delayed failed opened received scheduled sent suppressed',
})
const events = schemaForAll(types, ResendData)

/** Data types by event type. */
export type ResendEvents = EventsOf<typeof events>

/**
 * Resend (https://resend.com/docs/webhooks/verify-webhooks-requests, read 29 November 2026): Standard Webhooks, sent by Svix with
 * `svix-id`, `svix-timestamp` and `svix-signature`. Id and time are signed; the id finds duplicates.
 *
 * @example
 * createReceiver(resend(), { secret: process.env.RESEND_WEBHOOK_SECRET }).on('email.bounced', ({ data }) => suppress(data))
 */
export function resend(): Provider<ResendEvents> {
  return defineProvider({
    ...standardWebhooks({ name: 'resend', events }),
    retryWindow: svixRetries,
    about: {
      title: 'Resend',
      source: 'https://resend.com/docs/webhooks/verify-webhooks-requests',
      readOn: '2026-11-29',
      notSigned: [],
      vectors: 'the SDK svix, which Resend uses, both ways; the SDK resend verifies ours',
      secretPrefix: 'whsec_',
    },
  })
}
