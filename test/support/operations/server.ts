// A server that closes gracefully on SIGTERM. Parameters: framework, journal of handled ids, file of the inbox or nothing.
import type { EventEmitter } from 'node:events'
import { appendFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { createReceiver } from 'sallyport'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import { closeOnSignals } from 'sallyport/shutdown'
import { serve, serveHttp2, serveTls } from './serve.ts'

const servers = { ...serve, ...serveTls, ...serveHttp2 }
const [framework = '', journal = '', inbox] = process.argv.slice(2)

// As in test/support/inbox/receivers.ts, which needs vitest.
const receiver = createReceiver(standardWebhooks({ events: {} }), {
  secret: 'whsec_c2FsbHlwb3J0LWluYm94LXRlc3Rz',
  inbox,
  log: false,
}).onUnknown(async ({ id }) => {
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 20))
  appendFileSync(journal, `${id}\n`)
})

await receiver.ready()
const { server, port } = await servers[framework as keyof typeof servers](receiver)
const accepted: (number | undefined)[] = []
const listener: EventEmitter = 'server' in server ? server.server : server
listener.on('connection', ({ remotePort }: Socket) => accepted.push(remotePort))
closeOnSignals(server, {
  receivers: [receiver],
  // On a busy machine a sender pauses for longer than it means to.
  idleMs: 5_000,
  timeoutMs: 60_000,
  onClosed: (report) => console.log(JSON.stringify({ ...report, accepted })),
})
console.log(`port ${port}`)
