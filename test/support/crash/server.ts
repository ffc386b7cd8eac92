// A webhook server in its own process, for tests that kill it. Takes its options as JSON.
import { subscribe } from 'node:diagnostics_channel'
import { appendFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { flushCompileCache } from 'node:module'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import type { Worker } from 'node:worker_threads'
import { createReceiver, RejectError } from 'sallyport'
import { webhook } from 'sallyport/node'
import { createInbox } from 'sallyport/inbox'
import { acceptMany } from './accept-many.ts'
import { createFaultyEngine } from './faulty-engine.ts'
import { provider, secret } from './provider.ts'
import type { Order, ServerOptions } from './server-options.ts'

const options = JSON.parse(process.argv[2]!) as ServerOptions
let thread: Worker | undefined
subscribe('worker_threads', (message) => {
  thread = (message as { worker: Worker }).worker
})

const inbox = createInbox({
  engine: createFaultyEngine(options),
  retry: { attempts: 40, delayMs: 20, factor: 1, maxDelayMs: 20, ...options.retry },
  work: options.work ?? 'here',
  ...(options.storeTimeoutMs === undefined ? undefined : { storeTimeoutMs: options.storeTimeoutMs }),
})

const receiver = createReceiver(provider, { secret, inbox }).onError(() => {})

receiver.on('task.created', async ({ id, data }, { attempt }) => {
  await wait(data.workMs ?? Math.random() * 5)
  if (attempt <= (data.failures ?? 0)) throw data.isPermanent ? new RejectError('as told') : new Error('as told')
  appendFileSync(options.journal, `${id}\n`)
})

const server = createServer(webhook(receiver))
server.listen(options.port ?? 0, '127.0.0.1', () => {
  // It may die before it ends.
  flushCompileCache()
  process.send?.({ port: (server.address() as AddressInfo).port })
})

async function carryOut(order: Order): Promise<unknown> {
  switch (order.do) {
    case 'stats':
      return inbox.stats()
    case 'replay':
      return inbox.replay({ search: order.id })
    case 'kill the thread':
      return thread?.terminate()
    case 'accept':
      return acceptMany(inbox, order.count, order.waves)
  }
}

process.on('message', ({ number, order }: { number: number; order: Order }) => {
  void carryOut(order).then((value) => process.send?.({ number, value }))
})

process.once('SIGTERM', () => {
  server.close(() => void inbox.stop().then(() => process.disconnect()))
  server.closeIdleConnections()
})

// No parent is left to end this process.
process.once('disconnect', () => process.exit())
