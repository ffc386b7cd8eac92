import * as z from 'zod'
import { allow } from '../options/allow.ts'
import { checkOptions, type OptionRules } from '../options/check-options.ts'
import type { PublicJwk } from '../verify/jwt/options.ts'
import type { KeyCacheOptions } from '../verify/keys/key-cache.ts'
import { defineProvider, type EventsOf, type Provider } from '../verify/provider.ts'
import { jwt } from '../verify/schemes/jwt.ts'
import { listTypes, type EventTable, schemaForAll } from './event-table.ts'

/** Options of `plaid`. */
export interface PlaidOptions extends Pick<KeyCacheOptions, 'timeoutMs' | 'clock'> {
  /**
   * Fetches a public key with your credentials: `POST /webhook_verification_key/get` with the `key_id`; returns the answer's
   * `key`. Asked once per key and hour, and at most 60 times a minute.
   */
  readonly key: (keyId: string, context: { readonly signal: AbortSignal }) => PublicJwk | Promise<PublicJwk>
}

const rules: OptionRules<PlaidOptions> = {
  key: allow.required(allow.function),
  timeoutMs: allow.above0(),
  clock: allow.function,
}

const types = {
  ITEM: 'ERROR LOGIN_REPAIRED NEW_ACCOUNTS_AVAILABLE PENDING_DISCONNECT PENDING_EXPIRATION USER_PERMISSION_REVOKED USER_ACCOUNT_REVOKED WEBHOOK_UPDATE_ACKNOWLEDGED',
  TRANSACTIONS:
    'SYNC_UPDATES_AVAILABLE RECURRING_TRANSACTIONS_UPDATE INITIAL_UPDATE HISTORICAL_UPDATE DEFAULT_UPDATE TRANSACTIONS_REMOVED',
  AUTH: 'AUTOMATICALLY_VERIFIED VERIFICATION_EXPIRED DEFAULT_UPDATE',
  ASSETS: 'PRODUCT_READY ERROR',
  HOLDINGS: 'DEFAULT_UPDATE',
  INVESTMENTS_TRANSACTIONS: 'DEFAULT_UPDATE HISTORICAL_UPDATE',
  LIABILITIES: 'DEFAULT_UPDATE',
  IDENTITY_VERIFICATION: 'STEP_UPDATED STATUS_UPDATED RETRIED',
  PAYMENT_INITIATION: 'PAYMENT_STATUS_UPDATE',
  TRANSFER: 'TRANSFER_EVENTS_UPDATE',
  LINK: 'ITEM_ADD_RESULT SESSION_FINISHED EVENTS HANDOFF',
} as const satisfies EventTable

/** `event.data`: the whole body. */
const PlaidEvent = z.looseObject({
  webhook_type: z.string(),
  webhook_code: z.string(),
  item_id: z.string().nullish(),
  environment: z.string().nullish(),
  error: z.looseObject({}).nullish(),
})

const events = schemaForAll(listTypes(types), PlaidEvent)

/** Data types by event type. */
export type PlaidEvents = EventsOf<typeof events>

/**
 * Plaid (https://plaid.com/docs/api/webhooks/webhook-verification/, read 29 November 2026). `Plaid-Verification` holds an ES256
 * token with the SHA-256 of the body in hex as `request_body_sha256`; `iat` limits the age to 5 minutes. Its key comes from Plaid's API,
 * which answers only your credentials: pass the call as `key`. A key with `expired_at` is not used, from an hour after Plaid says so. The event type is
 * `webhook_type.webhook_code`; the types are the common ones, others reach `onUnknown`. No id is signed, so a retry that is signed
 * again counts as a new event. The receiver takes no `secret`. Needs the package jose.
 *
 * @throws SallyportError `OPTION_INVALID` without `key`
 * @example
 * const provider = plaid({ key: async (key_id) => (await client.webhookVerificationKeyGet({ key_id })).data.key })
 * createReceiver(provider, {}).on('TRANSACTIONS.SYNC_UPDATES_AVAILABLE', ({ data }) => sync(data.item_id))
 */
export function plaid(options: PlaidOptions): Provider<PlaidEvents> {
  checkOptions('plaid()', options, rules)
  const { key, timeoutMs, clock } = options
  return defineProvider({
    name: 'plaid',
    scheme: jwt({
      header: 'plaid-verification',
      algorithms: ['ES256'],
      keys: {
        from: 'function',
        timeoutMs,
        clock,
        async find(keyId, context) {
          const found = await key(keyId, context)
          return typeof found['expired_at'] === 'number' ? undefined : found
        },
      },
      binds: { to: 'body', claim: 'request_body_sha256', encoding: 'hex' },
    }),
    identify: ({ body }) => ({ type: toType(body['webhook_type'], body['webhook_code']), data: body }),
    events,
    // Each delay is four times the one before, from 30 s on. It waits 10 s for an answer.
    retryWindow: { ms: 86_400_000, source: 'https://plaid.com/docs/api/webhooks/', readOn: '2026-11-29' },
    handlerTimeoutMs: 9_000,
    about: {
      title: 'Plaid',
      source: 'https://plaid.com/docs/api/webhooks/webhook-verification/',
      readOn: '2026-11-29',
      notSigned: [],
      vectors: 'none published; tokens of jose, both ways',
    },
  })
}

function toType(type: unknown, code: unknown): string | undefined {
  return typeof type === 'string' && typeof code === 'string' ? `${type}.${code}` : undefined
}
