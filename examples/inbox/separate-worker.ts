import { createReceiver } from 'sallyport'
import { createInbox, createSqliteEngine, createWorker } from 'sallyport/inbox'
import { sonzai } from 'sallyport/providers/sonzai'

export function work(path: string) {
  const inbox = createInbox({ engine: createSqliteEngine({ path }), work: 'elsewhere' })
  const receiver = createReceiver(sonzai(), { secret: process.env.SONZAI_WEBHOOK_SECRET, inbox })
  receiver.on('on_wakeup_ready', ({ data }) => console.log(data.generated_message))
  return createWorker(receiver, { drainMs: 30_000 })
}
