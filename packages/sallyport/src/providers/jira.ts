import * as z from 'zod'
import { noTimestamp } from '../verify/freshness.ts'
import { defineProvider, type EventsOf, type Provider } from '../verify/provider.ts'
import { hmac } from '../verify/schemes/hmac.ts'
import { parts } from '../verify/schemes/message.ts'
import { schemaForAll } from './event-table.ts'
import { readTime } from './read-time.ts'

const part = z.looseObject({}).nullish()

/** `event.data`: the whole body. Which members it has depends on the event. */
const JiraEvent = z.looseObject({
  webhookEvent: z.string(),
  timestamp: z.number().nullish(),
  issue_event_type_name: z.string().nullish(),
  user: part,
  issue: part,
  changelog: part,
  comment: part,
  worklog: part,
  version: part,
  project: part,
  sprint: part,
  board: part,
})

const events = schemaForAll(
  'jira:issue_created jira:issue_updated jira:issue_deleted comment_created comment_updated comment_deleted worklog_created worklog_updated worklog_deleted attachment_created attachment_deleted issuelink_created issuelink_deleted issue_property_set issue_property_deleted project_created project_updated project_deleted project_soft_deleted project_restored_deleted project_archived project_restored_archived jira:version_released jira:version_unreleased jira:version_created jira:version_moved jira:version_updated jira:version_deleted user_created user_updated user_deleted sprint_created sprint_deleted sprint_updated sprint_started sprint_closed board_created board_updated board_deleted board_configuration_changed option_voting_changed option_watching_changed option_unassigned_issues_changed option_subtasks_changed option_attachments_changed option_issuelinks_changed option_timetracking_changed',
  JiraEvent,
)

/** Data types by event type. */
export type JiraEvents = EventsOf<typeof events>

/**
 * Jira Cloud (https://developer.atlassian.com/cloud/jira/platform/webhooks/, read 29 November 2026): webhooks that an administrator
 * registered with a secret. `X-Hub-Signature: sha256=<hex>`, HMAC-SHA256 over the body. The type is the signed `webhookEvent`. The
 * signed `timestamp` is the event's and retries keep it, so the age of a delivery is not checked, and a digest of the body finds
 * duplicates; `X-Atlassian-Webhook-Identifier` is not signed. `event.data` is the whole body. Webhooks of Connect and OAuth apps carry
 * a JWT instead, and are rejected.
 *
 * @example
 * createReceiver(jira(), { secret: process.env.JIRA_WEBHOOK_SECRET }).on('jira:issue_created', ({ data }) => triage(data.issue))
 */
export function jira(): Provider<JiraEvents> {
  return defineProvider({
    name: 'jira',
    scheme: hmac({
      header: 'x-hub-signature',
      prefix: 'sha256=',
      encoding: 'hex',
      signed: [parts.body],
      freshness: noTimestamp('Jira signs the time of the event, not of sending'),
    }),
    identify: ({ body }) => ({
      type: body['webhookEvent'],
      data: body,
      envelope: { createdAt: readTime(body['timestamp'], 'milliseconds') },
    }),
    events,
    // Five times, each after 5 to 15 minutes.
    retryWindow: {
      ms: 75 * 60_000,
      source: 'https://developer.atlassian.com/cloud/jira/platform/webhooks/',
      readOn: '2026-11-29',
    },
    maxBodyBytes: 25 * 1024 * 1024,
    about: {
      title: 'Jira',
      source: 'https://developer.atlassian.com/cloud/jira/platform/webhooks/',
      readOn: '2026-11-29',
      notSigned: ['X-Atlassian-Webhook-Identifier', 'X-Atlassian-Webhook-Retry', 'X-Atlassian-Webhook-Flow'],
      vectors: 'the document',
    },
  })
}
