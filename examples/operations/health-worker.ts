import { createServer } from 'node:http'
import { createReceiver } from 'sallyport'
import { health } from 'sallyport/health'
import { createInbox, createSqliteEngine, createWorker } from 'sallyport/inbox'
import { sonzai } from 'sallyport/providers/sonzai'

const path = process.env.EVENTS_FILE ?? 'events.db'
const inbox = createInbox({ engine: createSqliteEngine({ path }), work: 'elsewhere' })
const receiver = createReceiver(sonzai(), { secret: process.env.SONZAI_WEBHOOK_SECRET, inbox })
receiver.on('on_wakeup_ready', ({ data }) => console.log(data.generated_message))

// Drains on SIGTERM by itself.
const worker = createWorker(receiver, { drainMs: 8_000 })

// No sender depends on this process, so a backlog may make it unready.
const { live, ready } = health({ inboxes: [inbox], maxBacklog: 10_000, maxOldestMs: 600_000 })
const probes = createServer((request, response) => void (request.url === '/live' ? live : ready)(request, response))
probes.listen(process.env.PORT ?? 3000)

await worker.stopped
probes.close()
