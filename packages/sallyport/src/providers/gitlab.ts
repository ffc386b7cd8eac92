import * as z from 'zod'
import { allow } from '../options/allow.ts'
import { checkOptions, type OptionRules } from '../options/check-options.ts'
import type { JsonObject } from '../verify/decode.ts'
import { defineProvider, type EventsOf, type Provider } from '../verify/provider.ts'
import { sharedSecret } from '../verify/schemes/shared-secret.ts'
import { schemaForAll } from './event-table.ts'
import { standardWebhooks } from './standard-webhooks.ts'

/** Options of `gitlab`. */
export interface GitlabOptions {
  /**
   * Take deliveries with the older secret token (`X-Gitlab-Token`) instead of the signing token. It proves the sender alone: the
   * body is not signed, there is no age and no dedupe key. @default false
   */
  readonly secretToken?: boolean | undefined
}

const rules: OptionRules<GitlabOptions> = { secretToken: allow.flag }

/** The whole body. */
const GitlabEvent = z.looseObject({
  object_kind: z.string().nullish(),
  event_name: z.string().nullish(),
  object_attributes: z.looseObject({}).nullish(),
  project: z.looseObject({}).nullish(),
  user: z.looseObject({}).nullish(),
})

// `object_kind` of https://docs.gitlab.com/user/project/integrations/webhook_events, read 29 November 2026.
const events = schemaForAll(
  'push tag_push issue note merge_request wiki_page pipeline build deployment feature_flag release emoji access_token member project group subgroup milestone vulnerability work_item',
  GitlabEvent,
)

/** Data types by event type. */
export type GitlabEvents = EventsOf<typeof events>

/**
 * GitLab (https://docs.gitlab.com/user/project/integrations/webhooks, read 29 November 2026). With a signing token (`whsec_…`)
 * GitLab signs by Standard Webhooks: id, time and body. `X-Gitlab-Event` is not signed: the type is the body's `object_kind`,
 * or its `event_name` where it has no kind. `event.data` is the whole body.
 *
 * With `secretToken: true` it compares `X-Gitlab-Token` instead. Then nothing is signed: anyone who can change the request
 * on its way, or learns the token, can send any event.
 *
 * @example
 * createReceiver(gitlab(), { secret: process.env.GITLAB_WEBHOOK_SECRET }).on('push', ({ data }) => console.log(data.project))
 */
export function gitlab(options: GitlabOptions = {}): Provider<GitlabEvents> {
  checkOptions('gitlab()', options, rules)
  const signed = standardWebhooks({ name: 'gitlab', events, type: readKind, data: (body) => body })
  return defineProvider({
    ...signed,
    events,
    ...(options.secretToken === true
      ? {
          scheme: sharedSecret({ header: 'x-gitlab-token', bearer: 'never' }),
          identify: ({ body }) => ({ type: readKind(body), data: body }),
        }
      : undefined),
    // It waits 10 s, and says of no retry when it comes.
    retryWindow: undefined,
    handlerTimeoutMs: 8_000,
    maxBodyBytes: 25 * 1024 * 1024,
    about: {
      title: 'GitLab',
      source: 'https://docs.gitlab.com/user/project/integrations/webhooks',
      readOn: '2026-11-29',
      notSigned: ['X-Gitlab-Event', 'X-Gitlab-Webhook-UUID', 'X-Gitlab-Instance', 'with a secret token: everything'],
      vectors: 'those of Standard Webhooks',
      retries: 'not documented; 4 failures in a row disable the webhook for a while, 40 for good',
      secretPrefix: 'whsec_',
    },
  })
}

function readKind({ object_kind, event_name }: JsonObject): unknown {
  return object_kind ?? event_name
}
