import { allow } from '../options/allow.ts'
import { checkOptions, type OptionRules } from '../options/check-options.ts'
import { defineProvider, type EventSchemas, type EventsOf, type Provider } from '../verify/provider.ts'
import { ed25519 } from '../verify/schemes/ed25519.ts'
import { hmac } from '../verify/schemes/hmac.ts'
import { oneOf } from '../verify/schemes/one-of.ts'
import type { JsonObject } from '../verify/decode.ts'
import { standardMessage } from './standard-message.ts'

/** Options of `standardWebhooks`. */
export interface StandardWebhooksOptions<Schemas extends EventSchemas> {
  /** Name of the sender, for reports and messages. @default 'standard-webhooks' */
  readonly name?: string | undefined
  /** The sender's event types with their schemas. */
  readonly events: Schemas
  /** Reads the event type. @default the body's `type` */
  readonly type?: ((body: JsonObject) => unknown) | undefined
  /** Reads the data. @default the body's `data` */
  readonly data?: ((body: JsonObject) => unknown) | undefined
}

const rules: OptionRules<StandardWebhooksOptions<EventSchemas>> = {
  name: allow.filled,
  events: allow.required(allow.record),
  type: allow.function,
  data: allow.function,
}

const specification = 'https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md'

const shared = { ...standardMessage, alias: { prefix: 'webhook-', instead: 'svix-' } } as const

const scheme = oneOf(
  // Supabase writes the version before the secret (https://supabase.com/docs/guides/auth/auth-hooks, November 2026).
  hmac({ ...shared, prefix: 'v1,', key: { strip: ['whsec_', 'v1,whsec_'], encoding: 'base64' } }),
  ed25519({
    ...shared,
    prefix: 'v1a,',
    key: { strip: ['whpk_', 'v1a,whpk_'], prefixRequired: true, encoding: 'base64' },
  }),
)

/**
 * Any sender that follows Standard Webhooks (https://www.standardwebhooks.com), Svix header names included: `v1` with a
 * secret `whsec_<base64>`, `v1a` (Ed25519) with a public key `whpk_<base64>`. Supabase's `v1,whsec_<base64>` is the same
 * secret. Id and time are signed; the id finds duplicates.
 *
 * @example
 * createReceiver(standardWebhooks({ name: 'acme', events: { 'invoice.paid': Invoice } }), { secret: 'whsec_…' })
 */
export function standardWebhooks<const Schemas extends EventSchemas>(
  options: StandardWebhooksOptions<Schemas>,
): Provider<EventsOf<Schemas>> {
  checkOptions('standardWebhooks()', options, rules)
  const { name = 'standard-webhooks', events, type = readType, data = readData } = options
  return defineProvider({
    name,
    scheme,
    identify: ({ body: content, signedHeader }) => ({
      id: signedHeader('webhook-id'),
      type: type(content),
      data: data(content),
    }),
    events,
    about: {
      title: 'Standard Webhooks, Svix',
      source: specification,
      readOn: '2026-11-29',
      notSigned: [],
      vectors: 'the specification; the SDKs standardwebhooks and svix, both ways',
      secretPrefix: 'whsec_',
    },
    // The longest schedule known: the specification's example, 75 h 35 min 5 s. Svix stops after 27 h 35 min 5 s.
    retryWindow: {
      ms: 272_105_000,
      source: specification,
      readOn: '2026-11-29',
    },
  })
}

const readType = (content: JsonObject): unknown => content['type']
const readData = (content: JsonObject): unknown => content['data']
