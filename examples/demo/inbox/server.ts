// A webhook server with an inbox, in a process of its own, so that the demo can kill it. Takes its options as JSON.
import { appendFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { createReceiver } from 'sallyport'
import { webhook } from 'sallyport/node'
import { createInbox, createSqliteEngine } from 'sallyport/inbox'
import { sonzai } from 'sallyport/providers/sonzai'
import { attempts, failingRuns, type InboxQuestion, type InboxServerOptions, type SeenEvent } from './protocol.ts'

const { file, journal, secret, port, isMended } = JSON.parse(process.argv[2]!) as InboxServerOptions

const inbox = createInbox({
  engine: createSqliteEngine({ path: file }),
  retry: { attempts, delayMs: 60, factor: 2, jitter: 0 },
})
const receiver = createReceiver(sonzai(), { secret, inbox })
  // Failed runs are part of the demo; they are in the store, and in its table.
  .onError(() => {})
  .onAny(async ({ data }, { attempt }) => {
    const { demo } = data as { demo?: string }
    if (demo === 'poison' && !isMended) throw new Error('the handler cannot read it')
    if (demo === 'flaky' && attempt <= failingRuns) throw new Error('a service it needs is away')
    await wait(2)
    appendFileSync(journal, `${demo}\n`)
  })

await receiver.ready()
const server = createServer(webhook(receiver))
server.listen(port, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }))

async function answer(question: InboxQuestion): Promise<unknown> {
  if (question.ask === 'counts') return (await inbox.stats()).counts
  if (question.ask === 'replay') return inbox.replay({ state: 'dead' })
  const { events } = await inbox.list()
  return events.map(({ state, attempts: runs, error }): SeenEvent => ({ state, runs, ...(error && { error }) }))
}

process.on('message', ({ number, question }: { number: number; question: InboxQuestion }) => {
  void answer(question).then((value) => process.send?.({ number, value }))
})

// Whoever started this wants an orderly end, or is gone.
process.once('disconnect', () => {
  server.close(() => void inbox.stop())
  server.closeIdleConnections()
})
