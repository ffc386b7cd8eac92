import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createInbox, createSqliteEngine, type Engine, type Inbox } from 'sallyport/inbox'
import { createBullMqEngine } from 'sallyport/inbox/bullmq'
import { createPgBossEngine } from 'sallyport/inbox/pg-boss'
import { receive, serveFastify } from './http-apps.ts'
import { stores, type Place } from './inbox-stores.ts'
import { answerUsage } from './usage.ts'

// The server of the inbox bench: the bench starts it with a kind of inbox and its place. It sends its port and ends with its
// parent. Always Fastify, the same receiver and the same handler. Handlers run elsewhere unless the kind says otherwise.
const [kind = '', placeText = ''] = process.argv.slice(2)
const place = JSON.parse(placeText) as Place
const inbox = await openInbox()
const server = await serveFastify(receive(inbox && { inbox }))
await inbox?.ready()
// A connection is idle while another server is measured.
server.keepAliveTimeout = 0
server.listen(0, '127.0.0.1')
await once(server, 'listening')
process.once('disconnect', () => {
  const stopping = inbox?.stop({ drainMs: 0 }) ?? Promise.resolve()
  void stopping.finally(() => process.exit())
})
answerUsage()
process.send!((server.address() as AddressInfo).port)

async function openInbox(): Promise<Inbox | undefined> {
  const { databaseUrl, schema, redisUrl, queue } = place
  const elsewhere = (engine: Engine): Inbox => createInbox({ engine, work: 'elsewhere' })
  const openSqlite = (): Engine => createSqliteEngine({ path: join(place.folder, `${kind}.db`) })
  switch (kind) {
    case 'no store':
      return undefined
    case 'a transaction per row':
      return openRowInbox()
    case 'SQLite engine':
      return elsewhere(openSqlite())
    case 'SQLite engine, handlers here':
      return createInbox({ engine: openSqlite() })
    case 'pg-boss engine':
      return elsewhere(createPgBossEngine({ connectionString: databaseUrl, schema, queue: `${queue}_http` }))
    case 'pg-boss engine, handlers here':
      return createInbox({
        engine: createPgBossEngine({ connectionString: databaseUrl, schema, queue: `${queue}_load` }),
      })
    case 'BullMQ engine':
      return elsewhere(createBullMqEngine({ connection: redisUrl, queue: `${queue}_http` }))
    case 'BullMQ engine, handlers here':
      return createInbox({ engine: createBullMqEngine({ connection: redisUrl, queue: `${queue}_load` }) })
    default:
      throw new Error(`no inbox is called ${kind}`)
  }
}

/** A hand-written replacement for an inbox. */
async function openRowInbox(): Promise<Inbox> {
  const rows = await stores['a transaction per row'](place)
  const rowInbox: Pick<Inbox, 'name' | 'store' | 'attach' | 'ready' | 'stop'> = {
    name: kind,
    async store(event) {
      await rows.accept(event)
      return 'stored'
    },
    attach() {},
    ready: async () => {},
    stop: () => rows.stop(),
  }
  // A receiver calls only these.
  return rowInbox as Inbox
}
