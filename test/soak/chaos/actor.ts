// A receiver or a worker in a process of its own, to be killed and paused. Takes its options as JSON.
import { createServer } from 'node:http'
import { flushCompileCache } from 'node:module'
import { setTimeout as wait } from 'node:timers/promises'
import { createReceiver, RejectError } from 'sallyport'
import { createInbox, createWorker, type Engine } from 'sallyport/inbox'
import { webhook } from 'sallyport/node'
import { provider, secret } from '../../support/crash/provider.ts'
import { openEngine } from '../../support/inbox/open-engine.ts'
import type { ActorOptions } from './actor-options.ts'
import { openLedger } from './ledger.ts'

const options = JSON.parse(process.argv[2]!) as ActorOptions
const commitDelayMs = 200
const drainMs = 2_000

const inbox = createInbox({
  engine: withFlaw(openEngine(options.store)),
  work: 'elsewhere',
  // An event dies of its handler's rejection or of nothing: no process is killed that often.
  retry: { attempts: 100, delayMs: 100, factor: 2, maxDelayMs: 2_000 },
  storeTimeoutMs: 3_000,
  onError: () => {},
})
const receiver = createReceiver(provider, { secret, inbox }).onError(() => {})

if (options.role === 'receiver') serve()
else await work()

function serve(): void {
  const server = createServer(webhook(receiver))
  server.listen(options.port, '127.0.0.1', begun)
  process.once('SIGTERM', () => {
    server.close(() => void inbox.stop().then(() => process.exit()))
    server.closeIdleConnections()
  })
}

async function work(): Promise<void> {
  const ledger = openLedger(options.ledger)
  receiver.on('task.created', async ({ id, data }, { attempt }) => {
    await wait(data.workMs ?? 0)
    if (data.isPermanent) throw new RejectError('as told')
    if (attempt <= (data.failures ?? 0)) throw new Error('as told')
    if (options.flaw !== 'completes without handling') ledger.write(id, attempt)
  })
  const worker = createWorker(receiver, { drainMs })
  begun()
  await worker.stopped
  process.exit()
}

function begun(): void {
  // It may die before it ends.
  flushCompileCache()
  process.send?.('begun')
}

function withFlaw(engine: Engine): Engine {
  if (options.flaw !== 'acknowledges before the commit') return engine
  return {
    ...engine,
    async insert(batch) {
      setTimeout(() => void engine.insert(batch).catch(() => {}), commitDelayMs)
      return batch.map(() => 'stored')
    },
  }
}

// No parent is left to end this process.
process.once('disconnect', () => process.exit())
