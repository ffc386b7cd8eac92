import { createServer } from 'node:http'
import { createReceiver } from 'sallyport'
import { webhook } from 'sallyport/node'
import { storedSecrets, type SecretStore } from '@sallyport/platforms'
import { sonzai } from 'sallyport/providers/sonzai'

export function createWebhookServer(store: SecretStore, handle: (message: unknown) => Promise<void>) {
  const provider = sonzai({ messageIds: true })
  const receiver = createReceiver(provider, { secret: storedSecrets(store, { provider }) })
  receiver.on('on_wakeup_ready', ({ data }) => handle(data.generated_message))
  return { receiver, server: createServer(webhook(receiver)) }
}
