import { allow, type OptionRules } from 'sallyport/provider'
import { withIds } from '../http/list-answer.ts'
import { clientRules, toSettings, type CallOptions, type ClientOptions } from '../http/options.ts'
import { createTransport } from '../http/transport.ts'
import {
  InvoratecAnswer,
  InvoratecApiKey,
  InvoratecEventTypes,
  InvoratecLogs,
  InvoratecWebhook,
  InvoratecWebhookList,
  type InvoratecLog,
} from './schemas.ts'

/** An Invoratec webhook to register. */
export interface InvoratecWebhookOptions {
  /** One of the documented event types. */
  readonly event: string
  /** The URL that receives the events. */
  readonly url: string
  /** Signs the deliveries; you choose it. Without one they are not signed, and the receiver rejects them. */
  readonly secret?: string | undefined
  /** Only events whose `data` matches, as `{ toolName: 'erp_get_inventory' }`. */
  readonly filter?: Readonly<Record<string, unknown>> | undefined
}

/** Webhooks: any number per event, which cannot be changed (the API's path says 事件, events). */
export interface InvoratecWebhooks {
  /** Registers a webhook; needs write permission. Never retried: two calls would register two. */
  register(options: InvoratecWebhookOptions, call?: CallOptions): Promise<InvoratecWebhook>
  list(
    call?: CallOptions,
  ): Promise<{ readonly webhooks: readonly InvoratecWebhook[]; readonly eventTypes: readonly string[] }>
  delete(id: string, call?: CallOptions): Promise<void>
}

/** Event types, and the log of API calls. */
export interface InvoratecEvents {
  types(call?: CallOptions): Promise<{ readonly eventTypes: readonly string[] }>
  /** Lists the latest API calls, newest first. The default `limit` is 100. */
  logs(
    options?: { readonly limit?: number | undefined },
    call?: CallOptions,
  ): Promise<{ readonly logs: readonly InvoratecLog[] }>
}

/** Options of `createInvoratecClient`. */
export interface InvoratecClientOptions extends ClientOptions {
  /** Header that carries the key: `X-API-Key`, or `Authorization: Bearer`. @default 'x-api-key' */
  readonly keyHeader?: 'x-api-key' | 'authorization' | undefined
}

const rules: OptionRules<InvoratecClientOptions> = {
  ...clientRules,
  keyHeader: allow.oneOf('x-api-key', 'authorization'),
}

/** An API key to make. */
export interface InvoratecApiKeyOptions {
  readonly name?: string | undefined
  /** Registering webhooks needs `write`. */
  readonly permissions?: readonly ('read' | 'write' | 'admin')[] | undefined
}

/** API keys. */
export interface InvoratecApiKeys {
  /** Makes a key; its `key` and `secret` are shown only once. Never retried: two calls would make two. */
  create(options?: InvoratecApiKeyOptions, call?: CallOptions): Promise<InvoratecApiKey>
}

/** Invoratec's management API. */
export interface InvoratecClient {
  readonly platform: 'invoratec'
  readonly apiKeys: InvoratecApiKeys
  readonly webhooks: InvoratecWebhooks
  readonly events: InvoratecEvents
}

/**
 * Creates a client for Invoratec's (智航云 AI 中台) event API. Every method throws `PlatformError`.
 *
 * @throws PlatformError `PLATFORM_OPTION_INVALID`
 * @example
 * const client = createInvoratecClient({ apiKey: process.env.INVORATEC_API_KEY })
 * await client.webhooks.register({ event: 'tool.executed', url: 'https://example.com/webhooks/invoratec', secret })
 */
export function createInvoratecClient(options: InvoratecClientOptions): InvoratecClient {
  const settings = toSettings(options, rules, {
    platform: 'invoratec',
    baseUrl: 'https://api.invoratec.cn',
    basePath: '/v1',
    authorize: (apiKey) =>
      options.keyHeader === 'authorization' ? { authorization: `Bearer ${apiKey}` } : { 'x-api-key': apiKey },
  })
  const transport = createTransport(settings)
  const webhooks = ['events', 'webhooks']
  return {
    platform: 'invoratec',
    apiKeys: {
      create: ({ name, permissions } = {}, call) =>
        transport(
          {
            operation: 'apiKeys.create',
            method: 'POST',
            path: ['auth', 'api-keys'],
            body: { name, permissions },
            answer: InvoratecApiKey,
          },
          call,
        ),
    },
    webhooks: {
      register: ({ event, url, secret, filter }, call) =>
        transport(
          {
            operation: 'webhooks.register',
            method: 'POST',
            path: webhooks,
            body: { event, url, secret, filter },
            secrets: [secret],
            answer: withIds(InvoratecWebhook, ['id', '_id', 'developerId']),
          },
          call,
        ),
      list: (call) =>
        transport({ operation: 'webhooks.list', method: 'GET', path: webhooks, answer: InvoratecWebhookList }, call),
      async delete(id, call) {
        const path = [...webhooks, id]
        await transport({ operation: 'webhooks.delete', method: 'DELETE', path, answer: InvoratecAnswer }, call)
      },
    },
    events: {
      types: (call) =>
        transport(
          { operation: 'events.types', method: 'GET', path: ['events', 'types'], answer: InvoratecEventTypes },
          call,
        ),
      logs: ({ limit } = {}, call) =>
        transport(
          {
            operation: 'events.logs',
            method: 'GET',
            path: ['events', 'logs'],
            query: { limit },
            answer: InvoratecLogs,
          },
          call,
        ),
    },
  }
}
