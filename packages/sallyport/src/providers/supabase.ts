import * as z from 'zod'
import type { JsonObject } from '../verify/decode.ts'
import { defineProvider, type EventsOf, type Provider } from '../verify/provider.ts'
import { hmac } from '../verify/schemes/hmac.ts'
import { standardMessage } from './standard-message.ts'
import { standardWebhooks } from './standard-webhooks.ts'

const part = z.looseObject({})

const events = {
  send_email: z.looseObject({ user: part, email_data: part }),
  send_sms: z.looseObject({ user: part, sms: part }),
  before_user_created: z.looseObject({ metadata: part, user: part }),
  after_user_created: z.looseObject({ metadata: part, user: part }),
  custom_access_token: z.looseObject({ user_id: z.string(), claims: part }),
  mfa_verification_attempt: z.looseObject({ user_id: z.string(), factor_id: z.string(), valid: z.boolean() }),
  password_verification_attempt: z.looseObject({ user_id: z.string(), valid: z.boolean() }),
}

/** Data types by event type. */
export type SupabaseEvents = EventsOf<typeof events>

/** Types that are not the hook's own name with `_`. */
const renamed: Readonly<Record<string, keyof typeof events>> = {
  'customize-access-token': 'custom_access_token',
  'mfa-verification': 'mfa_verification_attempt',
  'password-verification': 'password_verification_attempt',
}

/** The members that tell a hook's body from others where it has no name, the first that fit. */
const marks: readonly (readonly [type: keyof typeof events, ...members: string[]])[] = [
  ['send_email', 'user', 'email_data'],
  ['send_sms', 'user', 'sms'],
  ['before_user_created', 'user', 'metadata'],
  ['custom_access_token', 'user_id', 'claims'],
  ['mfa_verification_attempt', 'factor_id', 'valid'],
  ['password_verification_attempt', 'user_id', 'valid'],
]

const Named = z.object({ metadata: z.object({ name: z.string() }) })

function nameHook(body: JsonObject): string | undefined {
  const named = Named.safeParse(body)
  if (named.success) {
    const { name } = named.data.metadata
    return Object.hasOwn(renamed, name) ? renamed[name] : name.replaceAll('-', '_')
  }
  return marks.find(([, ...members]) => members.every((member) => Object.hasOwn(body, member)))?.[0]
}

/**
 * Supabase Auth hooks (https://supabase.com/docs/guides/auth/auth-hooks, read 29 November 2026): Standard Webhooks with `webhook-id`,
 * `webhook-timestamp` and `webhook-signature`, the secret as `v1,whsec_<base64>`. Several signatures are joined by a comma and a space, as
 * its server does (https://github.com/supabase/auth, internal/hooks/hookshttp, read 30 November 2026), which signs each retry with an id
 * of its own: a retry counts as a new event. The type is `metadata.name` of the signed body, which its server writes
 * (internal/hooks/v0hooks), or else told by the members; `event.data` is the whole body. A receiver suits `send_email` and `send_sms`;
 * the other hooks want a decision in the answer, so take `verify` in a route of your own for them. Database webhooks of Supabase are
 * not signed.
 *
 * @example
 * createReceiver(supabase(), { secret: process.env.SUPABASE_WEBHOOK_SECRET }).on('send_email', ({ data }) => mail(data.email_data))
 */
export function supabase(): Provider<SupabaseEvents> {
  return defineProvider({
    ...standardWebhooks({ name: 'supabase', events, type: nameHook, data: (body) => body }),
    // Its server joins the signatures of several secrets so, unlike Standard Webhooks.
    scheme: hmac({
      ...standardMessage,
      separator: ', ',
      prefix: 'v1,',
      key: { strip: ['whsec_', 'v1,whsec_'], encoding: 'base64' },
    }),
    // The schedule of the document, after 429 and 503: its server gives up 5 s after the first attempt.
    retryWindow: { ms: 19_000, source: 'https://supabase.com/docs/guides/auth/auth-hooks', readOn: '2026-11-30' },
    // It waits 5 s for an answer.
    handlerTimeoutMs: 4_000,
    // Each attempt has an id of its own: a retry would run the handler again while it still runs.
    statuses: { HANDLER_TIMEOUT: 500 },
    about: {
      title: 'Supabase Auth',
      source: 'https://supabase.com/docs/guides/auth/auth-hooks',
      readOn: '2026-11-29',
      notSigned: [],
      vectors: 'the SDK standardwebhooks, both ways',
      retries: 'after 429 and 503, with a new id each',
      secretPrefix: 'v1,whsec_',
    },
  })
}
