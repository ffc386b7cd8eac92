import { checkOptions } from '../options/check-options.ts'
import { decodeBody, type JsonObject } from '../verify/decode.ts'
import { readId } from '../verify/exact-json.ts'
import { fromHeader } from '../verify/freshness.ts'
import { defineProvider, type EventsOf, type Identity, type Provider } from '../verify/provider.ts'
import { hmac } from '../verify/schemes/hmac.ts'
import { parts } from '../verify/schemes/message.ts'
import { slackEvents } from './slack-events.ts'

/** Data types by event type. */
export type SlackEvents = EventsOf<typeof slackEvents>

const source = 'https://docs.slack.dev/authentication/verifying-requests-from-slack'

/**
 * Slack (https://docs.slack.dev/authentication/verifying-requests-from-slack, read 29 November 2026): events, slash commands and
 * interactions at one URL. `X-Slack-Signature: v0=<hex>`, HMAC-SHA256 over `v0:`, the time in `X-Slack-Request-Timestamp`, `:` and
 * the body; the key is the app's signing secret as text.
 *
 * - An event has the type of its inner `event`; `event.data` is the whole body. Its signed `event_id` finds duplicates.
 * - A slash command is `slash_command`, with the fields of its form. An interaction has the type in its `payload`, such as
 *   `block_actions`, with that payload as data.
 * - Slack's check of the URL (`url_verification`) is signed, and answered. Slack waits 3 s; it shows what a handler answers with `createReply`.
 *
 * @example
 * createReceiver(slack(), { secret: process.env.SLACK_WEBHOOK_SECRET })
 *   .on('app_mention', async ({ data }) => { await answer(data.event) })
 */
export function slack(): Provider<SlackEvents>
export function slack(options: object = {}): Provider<SlackEvents> {
  checkOptions('slack()', options, {})
  return defineProvider({
    name: 'slack',
    scheme: hmac({
      header: 'x-slack-signature',
      prefix: 'v0=',
      encoding: 'hex',
      signed: [parts.literal('v0:'), parts.header('x-slack-request-timestamp'), parts.literal(':'), parts.body],
      freshness: fromHeader('x-slack-request-timestamp', 'seconds'),
    }),
    identify: ({ body }) => identifyEvent(body) ?? identifyForm(body),
    events: slackEvents,
    forms: true,
    handshake: {
      signed: ({ body: { type, challenge } }) => (type === 'url_verification' ? { text: challenge } : undefined),
    },
    // An empty answer shows no message, and closes a view.
    acknowledgement: {},
    // At once, after 1 and after 5 minutes.
    retryWindow: { ms: 6 * 60_000, source: 'https://docs.slack.dev/apis/events-api', readOn: '2026-11-29' },
    handlerTimeoutMs: 2_500,
    about: {
      title: 'Slack',
      source,
      readOn: '2026-11-29',
      notSigned: ['X-Slack-Retry-Num', 'X-Slack-Retry-Reason'],
      vectors: 'the document; the SDK @slack/events-api verifies ours',
    },
  })
}

/** An event, whose name is inside; or what Slack says about the events. */
function identifyEvent(body: JsonObject): Identity | undefined {
  const { type, event, command, payload } = body
  if (command !== undefined || payload !== undefined) return undefined
  if (type !== 'event_callback') return { type, data: body }
  return { id: readId(body, 'event_id'), type: (event as JsonObject | null | undefined)?.['type'], data: body }
}

/** A slash command, or an interaction in the field `payload`. */
function identifyForm(body: JsonObject): Identity {
  const { payload } = body
  if (typeof payload !== 'string') return { type: 'slash_command', data: body }
  const read = decodeBody(Buffer.from(payload))
  return read.ok ? { type: read.body['type'], data: read.body } : { type: undefined, data: body }
}
