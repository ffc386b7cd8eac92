import * as z from 'zod'
import { allow } from '../options/allow.ts'
import { checkOptions, type OptionRules } from '../options/check-options.ts'
import type { KeyFetchOptions } from '../verify/keys/certificate-keys.ts'
import { defineProvider, type EventsOf, type Provider } from '../verify/provider.ts'
import { jwt } from '../verify/schemes/jwt.ts'

/** Options of `googlePubsub`. */
export interface GooglePubsubOptions extends Pick<KeyFetchOptions, 'fetch' | 'timeoutMs' | 'clock'> {
  /** The audience of the push subscription; by default Pub/Sub uses the URL of the endpoint. A list accepts any of them. */
  readonly audience: string | readonly string[]
  /**
   * The service account of the push subscription, as in `push@project.iam.gserviceaccount.com`. Without it, any Google account
   * could send: each may get a token for your audience. A list accepts any of them.
   */
  readonly serviceAccount: string | readonly string[]
}

const texts = allow.required(allow.either(allow.filled, allow.listOf(allow.filled, 'strings')))

const rules: OptionRules<GooglePubsubOptions> = {
  audience: texts,
  serviceAccount: texts,
  fetch: allow.function,
  timeoutMs: allow.above0(),
  clock: allow.function,
}

const events = {
  /** A published message; `data` is base64. */
  message: z.looseObject({
    message: z.looseObject({
      data: z.string().nullish(),
      attributes: z.record(z.string(), z.string()).nullish(),
      messageId: z.string(),
      publishTime: z.string().nullish(),
      orderingKey: z.string().nullish(),
    }),
    subscription: z.string().nullish(),
    deliveryAttempt: z.number().nullish(),
  }),
}

/** Data types by event type. */
export type GooglePubsubEvents = EventsOf<typeof events>

/**
 * Google Cloud Pub/Sub, authenticated push (https://docs.cloud.google.com/pubsub/docs/authenticate-push-subscriptions, read
 * 29 November 2026). `Authorization: Bearer` holds an RS256 token of Google for an audience and a service account; both are
 * required, and so is `email_verified`. Keys are fetched from Google. **The token covers no body, and lives for an hour**: anyone who
 * sees one can send any message with it until then. So nothing names a message: `event.id` is random, no delivery is a
 * duplicate, and Pub/Sub delivers at least once; make handlers idempotent, or set `dedupeKey` to `data.message.messageId` if you
 * accept that a captured token can use up an id. Every event has the type `message`. The receiver takes no `secret`. Payload
 * unwrapping is not supported: its bodies are not JSON. Needs the package jose.
 *
 * @throws SallyportError `OPTION_INVALID` without an audience or a service account
 * @example
 * const provider = googlePubsub({ audience: 'https://hooks.example.com/pubsub', serviceAccount: 'push@acme.iam.gserviceaccount.com' })
 * createReceiver(provider, {}).on('message', ({ data }) => console.log(Buffer.from(data.message.data ?? '', 'base64').toString()))
 */
export function googlePubsub(options: GooglePubsubOptions): Provider<GooglePubsubEvents> {
  checkOptions('googlePubsub()', options, rules)
  const { audience, serviceAccount, fetch, timeoutMs, clock } = options
  return defineProvider({
    name: 'google-pubsub',
    scheme: jwt({
      header: 'authorization',
      prefix: 'Bearer ',
      algorithms: ['RS256'],
      keys: { from: 'jwks', url: 'https://www.googleapis.com/oauth2/v3/certs', fetch, timeoutMs, clock },
      // Google writes either.
      issuer: ['https://accounts.google.com', 'accounts.google.com'],
      audience,
      claims: { email: serviceAccount, email_verified: true },
      age: 'exp',
      binds: { to: 'nothing', reason: 'Google signs who sends, not what' },
    }),
    identify: ({ body }) => ({ type: 'message', data: body }),
    events,
    // How long a subscription keeps a message by default; 31 days at most.
    retryWindow: {
      ms: 7 * 86_400_000,
      source: 'https://docs.cloud.google.com/pubsub/docs/subscription-properties',
      readOn: '2026-11-29',
    },
    // The default acknowledgement deadline is 10 s.
    handlerTimeoutMs: 9_000,
    about: {
      title: 'Google Cloud Pub/Sub',
      source: 'https://docs.cloud.google.com/pubsub/docs/authenticate-push-subscriptions',
      readOn: '2026-11-29',
      notSigned: ['the body and everything else: the token only proves the sender'],
      vectors: 'none with a key; the claims of the documented example, and tokens of jose, both ways',
    },
  })
}
