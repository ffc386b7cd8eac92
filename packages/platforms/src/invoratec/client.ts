import { toSettings, type CallOptions, type ClientOptions } from '../http/options.ts'
import { createTransport } from '../http/transport.ts'
import {
  InvoratecAnswer,
  InvoratecEventTypes,
  InvoratecLogs,
  InvoratecWebhook,
  InvoratecWebhookList,
  type InvoratecLog,
} from './schemas.ts'

/** What a subscription is made with. */
export interface SubscribeOptions {
  /** One of the documented event types. */
  readonly event: string
  /** Where events are sent. */
  readonly url: string
  /** What deliveries are signed with. Chosen by you; without one they are not signed and the receiver refuses them. */
  readonly secret?: string | undefined
  /** Only events whose `data` matches, as `{ toolName: 'erp_get_inventory' }`. */
  readonly filter?: Readonly<Record<string, unknown>> | undefined
}

/** Event subscriptions (事件), their types and the API's log. */
export interface InvoratecEvents {
  /** Makes a subscription; needs write permission. Never tried again by itself: made twice, there would be two. */
  subscribe(options: SubscribeOptions, call?: CallOptions): Promise<InvoratecWebhook>
  list(
    call?: CallOptions,
  ): Promise<{ readonly webhooks: readonly InvoratecWebhook[]; readonly eventTypes: readonly string[] }>
  delete(id: string, call?: CallOptions): Promise<void>
  types(call?: CallOptions): Promise<{ readonly eventTypes: readonly string[] }>
  /** The latest calls of the API, newest first. `limit` is 100 by default. */
  logs(
    options?: { readonly limit?: number | undefined },
    call?: CallOptions,
  ): Promise<{ readonly logs: readonly InvoratecLog[] }>
}

/** Invoratec's management API. */
export interface InvoratecClient {
  readonly platform: 'invoratec'
  readonly events: InvoratecEvents
}

/**
 * Makes a client of Invoratec's (智航云 AI 中台) event API. Every method throws `PlatformError`.
 *
 * @throws PlatformError `PLATFORM_OPTION_INVALID`
 * @example
 * const client = createInvoratecClient({ apiKey: process.env.INVORATEC_API_KEY })
 * await client.events.subscribe({ event: 'tool.executed', url: 'https://example.com/webhooks/invoratec', secret })
 */
export function createInvoratecClient(options: ClientOptions): InvoratecClient {
  const settings = toSettings(options, {
    platform: 'invoratec',
    baseUrl: 'https://api.invoratec.cn',
    basePath: '/v1',
    authorize: (apiKey) => ({ 'x-api-key': apiKey }),
  })
  const transport = createTransport(settings)
  const subscriptions = ['events', 'webhooks']
  return {
    platform: 'invoratec',
    events: {
      subscribe: ({ event, url, secret, filter }, call) =>
        transport(
          {
            operation: 'events.subscribe',
            method: 'POST',
            path: subscriptions,
            body: { event, url, secret, filter },
            secrets: [secret],
            answer: InvoratecWebhook,
          },
          call,
        ),
      list: (call) =>
        transport({ operation: 'events.list', method: 'GET', path: subscriptions, answer: InvoratecWebhookList }, call),
      async delete(id, call) {
        const path = [...subscriptions, id]
        await transport({ operation: 'events.delete', method: 'DELETE', path, answer: InvoratecAnswer }, call)
      },
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
