import * as z from 'zod'
import { readId } from '../verify/exact-json.ts'
import { fromSignature } from '../verify/freshness.ts'
import { defineProvider, type EventsOf, type Provider } from '../verify/provider.ts'
import { hmac } from '../verify/schemes/hmac.ts'
import { parts } from '../verify/schemes/message.ts'
import { listTypes, schemaForAll } from './event-table.ts'
import { readTime } from './read-time.ts'

/** `event.data`: the object that changed. */
const WorkosObject = z.looseObject({ id: z.string().nullish(), object: z.string().nullish() })

const types = listTypes({
  api_key: 'created revoked',
  authentication:
    'email_verification_succeeded magic_auth_failed magic_auth_succeeded mfa_succeeded oauth_failed oauth_succeeded passkey_failed passkey_succeeded password_failed password_succeeded radar_risk_detected sso_failed sso_started sso_succeeded sso_timed_out',
  connection: 'activated deactivated deleted saml_certificate_renewal_required saml_certificate_renewed',
  dsync: 'activated deleted',
  'dsync.group': 'created deleted updated user_added user_removed',
  'dsync.user': 'created deleted updated',
  email_verification: 'created',
  flag: 'created deleted rule_updated updated',
  group: 'created deleted member_added member_removed updated',
  invitation: 'accepted created resent revoked',
  magic_auth: 'created',
  organization: 'created deleted updated',
  organization_domain: 'created deleted updated verification_failed verified',
  organization_membership: 'created deleted updated',
  organization_role: 'created deleted updated',
  password_reset: 'created succeeded',
  permission: 'created deleted updated',
  'pipes.connected_account': 'connected disconnected reauthorization_needed',
  role: 'created deleted updated',
  session: 'created revoked',
  user: 'created deleted updated',
  waitlist_user: 'approved created denied',
})
const events = schemaForAll(types, WorkosObject)

/** Data types by event type. */
export type WorkosEvents = EventsOf<typeof events>

/**
 * WorkOS (https://workos.com/docs/events/data-syncing/webhooks, read 29 November 2026).
 * `WorkOS-Signature: t=<milliseconds>, v1=<hex>`, HMAC-SHA256 over `<t>.<body>`. The time is in milliseconds, unlike other senders
 * that write `t=`. The signed `id` finds duplicates. `event.data` is the body's `data`.
 *
 * @example
 * createReceiver(workos(), { secret: process.env.WORKOS_WEBHOOK_SECRET }).on('dsync.user.created', ({ data }) => invite(data))
 */
export function workos(): Provider<WorkosEvents> {
  return defineProvider({
    name: 'workos',
    scheme: hmac({
      header: 'workos-signature',
      fields: { signature: 'v1', timestamp: 't' },
      encoding: 'hex',
      signed: [parts.timestamp, parts.literal('.'), parts.body],
      freshness: fromSignature('milliseconds'),
    }),
    identify: ({ body }) => ({
      id: readId(body, 'id'),
      type: body['event'],
      data: body['data'],
      envelope: { createdAt: readTime(body['created_at'], 'iso') },
    }),
    events,
    // With growing delays; in staging for some minutes only.
    retryWindow: {
      ms: 3 * 86_400_000,
      source: 'https://workos.com/docs/events/data-syncing/webhooks',
      readOn: '2026-11-30',
    },
    about: {
      title: 'WorkOS',
      source: 'https://workos.com/docs/events/data-syncing/webhooks',
      readOn: '2026-11-29',
      notSigned: [],
      vectors: 'a delivery signed by the SDK @workos-inc/node 11.0.0',
      retries: 'up to 6 times',
    },
  })
}
