// A worker in its own process: handles events stored by servers in other processes.
import { appendFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { createReceiver } from 'sallyport'
import { createInbox, createSqliteEngine, createWorker, InboxError } from 'sallyport/inbox'
import { provider, secret } from './provider.ts'
import type { WorkerProcessOptions } from './worker-process.ts'

const { path, journal, drainMs } = JSON.parse(process.argv[2]!) as WorkerProcessOptions

const inbox = createInbox({
  engine: createSqliteEngine({ path }),
  work: 'elsewhere',
  onError: (error) => process.send?.(InboxError.is(error) ? error.code : 'failed'),
})
const receiver = createReceiver(provider, { secret, inbox }).onError(() => {})

const told = Promise.withResolvers<void>()

receiver.on('task.created', async ({ id, data }) => {
  process.send?.(`begun ${id}`)
  if (data.untilTold) await told.promise
  await wait(data.workMs ?? 0)
  appendFileSync(journal, `${id}\n`)
})

const worker = createWorker(receiver, { drainMs })
// After the worker itself.
process.once('SIGTERM', told.resolve)
worker.ready().then(
  () => process.send?.('working'),
  () => {},
)
await worker.stopped
process.send?.('stopped')
