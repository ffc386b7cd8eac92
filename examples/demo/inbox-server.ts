// A receiver with an inbox in its own process, which the demo kills. Takes InboxServerOptions as JSON.
import { appendFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createFileSecretStore, storedSecrets } from '@sallyport/platforms'
import express from 'express'
import { createReceiver } from 'sallyport'
import { webhook } from 'sallyport/express'
import { createInbox, createSqliteEngine } from 'sallyport/inbox'
import { sonzai } from 'sallyport/providers/sonzai'
import { closeGracefully } from 'sallyport/shutdown'

/** What the server is started with. */
export interface InboxServerOptions {
  /** 0 takes a free port. */
  readonly port: number
  readonly secretFile: string
  readonly inboxFile: string
  /** File to which the handler writes `begin <message>` and `done <message>`. */
  readonly journal: string
  /** The handler hangs after this many messages, as if a service did not answer. @default never */
  readonly hangAfter?: number | undefined
  /** Whether the handler can handle the message that it fails for. */
  readonly isMended: boolean
}

const { hangAfter = Infinity, ...options } = JSON.parse(process.argv[2]!) as InboxServerOptions
const provider = sonzai()
const inbox = createInbox({
  engine: createSqliteEngine({ path: options.inboxFile }),
  retry: { attempts: 3, delayMs: 50 },
})
let count = 0

const receiver = createReceiver(provider, {
  secret: storedSecrets(createFileSecretStore(options.secretFile), { provider }),
  inbox,
})
  .on('on_wakeup_ready', async ({ data: { generated_message: message } }) => {
    appendFileSync(options.journal, `begin ${message}\n`)
    if (message === 'poison' && !options.isMended) throw new Error('the handler cannot read this message')
    count += 1
    if (count > hangAfter) await new Promise(() => {})
    appendFileSync(options.journal, `done ${message}\n`)
  })
  .onError(() => {}) // Failed attempts are in the inbox.

await receiver.ready()
const app = express().all('/webhooks/sonzai', webhook(receiver))
const server = app.listen(options.port, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))

// The demo asks for an orderly end by closing the channel.
process.once('disconnect', () => {
  void closeGracefully(server, { receivers: [receiver], idleMs: 50 })
})
