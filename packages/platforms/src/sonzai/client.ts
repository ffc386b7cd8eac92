import { clientRules, toSettings, type ClientOptions } from '../http/options.ts'
import { createTransport } from '../http/transport.ts'
import { createAgents, type SonzaiAgents } from './agents.ts'
import { createNotifications, type SonzaiNotifications } from './notifications.ts'
import { createProjectNotifications, type SonzaiProjectNotifications } from './project-notifications.ts'
import { createWebhooks, type SonzaiWebhooks } from './webhooks.ts'

/** Sonzai's management API. Methods are named as in its SDKs, fields of answers as on the wire. */
export interface SonzaiClient {
  readonly platform: 'sonzai'
  readonly webhooks: SonzaiWebhooks
  readonly notifications: SonzaiNotifications
  readonly projectNotifications: SonzaiProjectNotifications
  readonly agents: SonzaiAgents
}

/**
 * Creates a client for Sonzai's management API (https://sonz.ai/docs). Every method throws `PlatformError`.
 *
 * @throws PlatformError `PLATFORM_OPTION_INVALID`
 * @example
 * const client = createSonzaiClient({ apiKey: process.env.SONZAI_API_KEY })
 * const { secret } = await client.webhooks.register('on_wakeup_ready', { webhookUrl: 'https://example.com/webhooks/sonzai' })
 */
export function createSonzaiClient(options: ClientOptions): SonzaiClient {
  const settings = toSettings(options, clientRules, {
    platform: 'sonzai',
    baseUrl: 'https://api.sonz.ai',
    basePath: '/api/v1',
    authorize: (apiKey) => ({ authorization: `Bearer ${apiKey}` }),
  })
  const transport = createTransport(settings)
  return {
    platform: 'sonzai',
    webhooks: createWebhooks(transport),
    notifications: createNotifications(transport),
    projectNotifications: createProjectNotifications(transport),
    agents: createAgents(transport, settings.now),
  }
}
