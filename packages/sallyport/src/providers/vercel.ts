import * as z from 'zod'
import { readId } from '../verify/exact-json.ts'
import { noTimestamp } from '../verify/freshness.ts'
import { defineProvider, type EventsOf, type Provider } from '../verify/provider.ts'
import { hmac } from '../verify/schemes/hmac.ts'
import { parts } from '../verify/schemes/message.ts'
import { listTypes, schemaForAll } from './event-table.ts'
import { readTime } from './read-time.ts'

/** `event.data`: the body's `payload`. */
const VercelPayload = z.looseObject({})

const types = listTypes({
  'ai-gateway': 'auto-reload.limit-reached balance-depleted',
  alerts: 'triggered',
  botid: 'anomaly',
  budget: 'reached',
  deployment:
    'canceled check-rerequested checkrun.cancel checkrun.start checks.failed checks.succeeded cleanup created error integration.action.cancel integration.action.cleanup integration.action.start promoted ready rollback succeeded',
  domain:
    'auto-renew.changed certificate.add certificate.add.failed certificate.deleted certificate.renew certificate.renew.failed created dns.records.changed renewal renewal.failed transfer-in.completed transfer-in.failed transfer-in.started',
  'edge-config': 'created deleted items.updated',
  firewall: 'attack custom-rule-anomaly system-rule-anomaly',
  'integration-configuration': 'permission-upgraded removed scope-change-confirmed transferred',
  'integration-resource': 'project-connected project-disconnected',
  marketplace: 'invoice.created invoice.notpaid invoice.overdue invoice.paid invoice.refunded member.changed',
  message: 'created deleted mentioned reaction-added reaction-removed updated',
  observability: 'anomaly anomaly-error error-anomaly usage-anomaly',
  project:
    'created domain.created domain.deleted domain.moved domain.unverified domain.updated domain.verified env-variable.created env-variable.deleted env-variable.updated removed renamed rolling-release.aborted rolling-release.approved rolling-release.completed rolling-release.started',
  thread: 'resolved unresolved',
})
const events = schemaForAll(types, VercelPayload)

/** Data types by event type. */
export type VercelEvents = EventsOf<typeof events>

/**
 * Vercel (https://vercel.com/docs/webhooks/webhooks-api, read 29 November 2026). `x-vercel-signature: <hex>`, HMAC-SHA1 over the
 * body: with the secret of an account webhook, or with the client secret of an integration. Vercel signs no time; the signed `id`
 * finds duplicates. `event.data` is the body's `payload`.
 *
 * @example
 * createReceiver(vercel(), { secret: process.env.VERCEL_WEBHOOK_SECRET }).on('deployment.ready', ({ data }) => smokeTest(data))
 */
export function vercel(): Provider<VercelEvents> {
  return defineProvider({
    name: 'vercel',
    scheme: hmac({
      header: 'x-vercel-signature',
      algorithm: 'sha1',
      encoding: 'hex',
      signed: [parts.body],
      freshness: noTimestamp('Vercel signs no time of sending'),
    }),
    identify: ({ body }) => ({
      id: readId(body, 'id'),
      type: body['type'],
      data: body['payload'],
      envelope: { createdAt: readTime(body['createdAt'], 'milliseconds') },
    }),
    events,
    // It waits 30 s for an answer.
    retryWindow: { ms: 86_400_000, source: 'https://vercel.com/docs/webhooks', readOn: '2026-11-29' },
    handlerTimeoutMs: 25_000,
    about: {
      title: 'Vercel',
      source: 'https://vercel.com/docs/webhooks/webhooks-api',
      readOn: '2026-11-29',
      notSigned: ['the time of sending'],
      vectors: 'a delivery verified by the code in the document',
    },
  })
}
