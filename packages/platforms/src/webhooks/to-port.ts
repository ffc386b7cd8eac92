import type { InvoratecClient } from '../invoratec/client.ts'
import type { SonzaiClient } from '../sonzai/client.ts'
import { toInvoratecPort } from './invoratec-port.ts'
import type { WebhookPort } from './port.ts'
import { toSonzaiPort } from './sonzai-port.ts'

/** What both platforms have in common. */
export function toPort(client: SonzaiClient | InvoratecClient): WebhookPort {
  return client.platform === 'sonzai' ? toSonzaiPort(client) : toInvoratecPort(client)
}
