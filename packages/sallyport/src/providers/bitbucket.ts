import * as z from 'zod'
import { noTimestamp } from '../verify/freshness.ts'
import { claimed, defineProvider, type EventsOf, type Provider } from '../verify/provider.ts'
import { hmac } from '../verify/schemes/hmac.ts'
import { parts } from '../verify/schemes/message.ts'
import { schemaForAll } from './event-table.ts'

const part = z.looseObject({})
const common = { actor: part.nullish(), repository: part.nullish() }
const none = z.never().optional()

/** A repository itself: none of the members that other kinds have. */
const Repository = z.looseObject({
  actor: part.nullish(),
  repository: part,
  comment: none,
  commit_status: none,
  fork: none,
  issue: none,
  pullrequest: none,
  push: none,
})

/** `event.data` of each kind of event: the whole body. Only bodies of this kind have the member that it requires. */
const events = claimed({
  ...schemaForAll('issue:comment_created issue:created issue:updated', z.looseObject({ ...common, issue: part })),
  'project:updated': z.looseObject({ actor: part.nullish(), project: part }),
  ...schemaForAll(
    'pullrequest:approved pullrequest:changes_request_created pullrequest:changes_request_removed pullrequest:comment_created pullrequest:comment_deleted pullrequest:comment_reopened pullrequest:comment_resolved pullrequest:comment_updated pullrequest:created pullrequest:fulfilled pullrequest:push pullrequest:rejected pullrequest:unapproved pullrequest:updated',
    z.looseObject({ ...common, pullrequest: part }),
  ),
  'repo:commit_comment_created': z.looseObject({ ...common, comment: part }),
  'repo:commit_status_created': z.looseObject({ ...common, commit_status: part }),
  'repo:commit_status_updated': z.looseObject({ ...common, commit_status: part }),
  'repo:fork': z.looseObject({ ...common, fork: part }),
  'repo:push': z.looseObject({ ...common, push: z.looseObject({ changes: z.array(part) }) }),
  ...schemaForAll('repo:created repo:deleted repo:imported repo:transfer repo:updated', Repository),
})

/** Data types by event type. */
export type BitbucketEvents = EventsOf<typeof events>

/**
 * Bitbucket Cloud (https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks/, read 29 November 2026).
 * `X-Hub-Signature: sha256=<hex>`, HMAC-SHA256 over the body; a webhook without a secret is not signed and is rejected. Only the
 * unsigned `X-Event-Key` names the event, so its types are `claimed:<name>`: each schema requires the member that tells its kind from
 * others. What happened to it, as `created` or `deleted`, no member tells. Bitbucket signs neither a time nor an id: the dedupe key is a digest of the body. `event.data` is the whole body.
 *
 * @example
 * createReceiver(bitbucket(), { secret: process.env.BITBUCKET_WEBHOOK_SECRET })
 *   .on('claimed:repo:push', ({ data }) => build(data.push.changes))
 */
export function bitbucket(): Provider<BitbucketEvents> {
  return defineProvider({
    name: 'bitbucket',
    scheme: hmac({
      header: 'x-hub-signature',
      prefix: 'sha256=',
      encoding: 'hex',
      signed: [parts.body],
      freshness: noTimestamp('Bitbucket signs no time'),
    }),
    identify: ({ body, unsignedHeaders }) => ({ claimedType: unsignedHeaders.get('x-event-key'), data: body }),
    events,
    // It waits 10 s for an answer (https://support.atlassian.com/bitbucket-cloud/docs/troubleshoot-webhooks/, read 30 November 2026).
    handlerTimeoutMs: 8_000,
    about: {
      title: 'Bitbucket',
      source: 'https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks/',
      readOn: '2026-11-29',
      notSigned: ['X-Event-Key (the event type)', 'X-Hook-UUID', 'X-Request-UUID', 'X-Attempt-Number'],
      vectors: 'the document',
      retries: 'up to 2 times, after 5xx',
    },
  })
}
