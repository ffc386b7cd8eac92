import * as z from 'zod'
import { allow } from '../options/allow.ts'
import { checkOptions, type OptionRules } from '../options/check-options.ts'
import { readId } from '../verify/exact-json.ts'
import { noTimestamp } from '../verify/freshness.ts'
import { defineProvider, type EventsOf, type Provider } from '../verify/provider.ts'
import { hmac } from '../verify/schemes/hmac.ts'
import { parts } from '../verify/schemes/message.ts'
import { listTypes, schemaForAll } from './event-table.ts'
import { readText, readTime } from './read-time.ts'

/** Options of `notion`. */
export interface NotionOptions {
  /**
   * Gets the verification token that Notion posts when a subscription is created. **Anyone can post one**: show it to the person who
   * creates the subscription, and use it as the secret only after they have entered it at Notion. @default such a post is refused
   */
  readonly receiveVerificationToken?: ((token: string) => unknown) | undefined
}

const rules: OptionRules<NotionOptions> = { receiveVerificationToken: allow.function }

/** `event.data`: the whole body. It says what changed; fetch the content from Notion's API. */
const NotionEvent = z.looseObject({
  id: z.string().nullish(),
  type: z.string(),
  timestamp: z.string().nullish(),
  workspace_id: z.string().nullish(),
  subscription_id: z.string().nullish(),
  /** 1 to 8. */
  attempt_number: z.number().nullish(),
  authors: z.array(z.looseObject({ id: z.string().nullish(), type: z.string().nullish() })).nullish(),
  entity: z.looseObject({ id: z.string().nullish(), type: z.string().nullish() }).nullish(),
  data: z.looseObject({}).nullish(),
})

// https://developers.notion.com/reference/webhooks-events-delivery and @notionhq/client 5.26.0, read 29 November 2026.
const types = listTypes({
  comment: 'created deleted updated',
  data_source: 'content_updated created deleted moved schema_updated undeleted',
  database: 'content_updated created deleted moved schema_updated undeleted',
  file_upload: 'completed created expired upload_failed',
  page: 'content_updated created deleted locked moved properties_updated undeleted unlocked',
  'page.transcription_block': 'transcript_deleted',
  view: 'created deleted updated',
})
const events = schemaForAll(types, NotionEvent)

/** Data types by event type. */
export type NotionEvents = EventsOf<typeof events>

/**
 * Notion (https://developers.notion.com/reference/webhooks, read 29 November 2026). `X-Notion-Signature: sha256=<hex>`, HMAC-SHA256
 * over the body; the key is the subscription's verification token as text.
 *
 * - Notion makes the token, and posts it once to the new endpoint: `receiveVerificationToken` gets it. Notion signs that post with the
 *   token itself, which proves nothing.
 * - The signed `id` finds duplicates; a retry has another `attempt_number`. `event.envelope.account` is the workspace.
 * - Notion signs when an event happened, not when it was sent: age cannot be checked.
 *
 * @example
 * createReceiver(notion(), { secret: process.env.NOTION_WEBHOOK_SECRET })
 *   .on('page.content_updated', ({ data }) => console.log(data.entity?.id))
 */
export function notion(options: NotionOptions = {}): Provider<NotionEvents> {
  checkOptions('notion()', options, rules)
  const { receiveVerificationToken: receive } = options
  return defineProvider({
    name: 'notion',
    scheme: hmac({
      header: 'x-notion-signature',
      prefix: 'sha256=',
      encoding: 'hex',
      signed: [parts.body],
      freshness: noTimestamp('Notion signs when an event happened, not when it was sent'),
    }),
    identify: ({ body }) => ({
      id: readId(body, 'id'),
      type: body['type'],
      data: body,
      envelope: { createdAt: readTime(body['timestamp'], 'iso'), account: readText(body['workspace_id']) },
    }),
    events,
    // With growing delays.
    retryWindow: {
      ms: 86_400_000,
      source: 'https://developers.notion.com/reference/webhooks-events-delivery',
      readOn: '2026-11-30',
    },
    handshake: receive && { unsigned: { member: 'verification_token', receive, selfSigned: true } },
    about: {
      title: 'Notion',
      source: 'https://developers.notion.com/reference/webhooks',
      readOn: '2026-11-29',
      notSigned: ['any other header'],
      vectors: 'none published; the SDK @notionhq/client, both ways',
      retries: 'up to 8 times',
    },
  })
}
