import * as z from 'zod'
import { defineProvider, type EventsOf, type Provider } from '../verify/provider.ts'
import { listTypes, schemaForAll } from './event-table.ts'
import { standardWebhooks } from './standard-webhooks.ts'
import { svixRetries } from './svix-retries.ts'

/** `event.data`: the user, session, organization or other object as it is now; of a deleted one its id. */
const ClerkObject = z.looseObject({ id: z.string().nullish(), object: z.string().nullish() })

const types = listTypes({
  email: 'created',
  organization: 'created deleted updated',
  organizationDomain: 'created deleted updated',
  organizationInvitation: 'accepted created revoked',
  organizationMembership: 'created deleted updated',
  paymentAttempt: 'created updated',
  permission: 'created deleted updated',
  role: 'created deleted updated',
  session: 'created ended pending removed revoked',
  sms: 'created',
  subscription: 'active created pastDue updated',
  subscriptionItem: 'abandoned active canceled created ended freeTrialEnding incomplete pastDue upcoming updated',
  user: 'created deleted updated',
  waitlistEntry: 'created updated',
})
const events = schemaForAll(types, ClerkObject)

/** Data types by event type. */
export type ClerkEvents = EventsOf<typeof events>

/**
 * Clerk (https://clerk.com/docs/guides/development/webhooks/overview, read 29 November 2026): Standard Webhooks, sent by Svix with
 * `svix-id`, `svix-timestamp` and `svix-signature`. Id and time are signed; the id finds duplicates.
 *
 * @example
 * createReceiver(clerk(), { secret: process.env.CLERK_WEBHOOK_SECRET }).on('user.created', ({ data }) => createProfile(data))
 */
export function clerk(): Provider<ClerkEvents> {
  return defineProvider({
    ...standardWebhooks({ name: 'clerk', events }),
    retryWindow: svixRetries,
    about: {
      title: 'Clerk',
      source: 'https://clerk.com/docs/guides/development/webhooks/overview',
      readOn: '2026-11-29',
      notSigned: [],
      vectors: 'the SDK svix, which Clerk uses, both ways',
      secretPrefix: 'whsec_',
    },
  })
}
