import { appendFileSync } from 'node:fs'
import { createReceiver } from 'sallyport'
import { createSonzaiClient, pollNotifications } from '@sallyport/platforms'
import { sonzai } from 'sallyport/providers/sonzai'

// A poller that records what it handles in a file; with an inbox if one is named.
const [baseUrl = '', log = '', inbox] = process.argv.slice(2)
const receiver = createReceiver(sonzai({ messageIds: true }), {
  secret: 'whsec_test',
  ...(inbox === undefined ? undefined : { inbox }),
})
receiver.on('on_wakeup_ready', ({ data }) => appendFileSync(log, `${String(data['message_id'])}\n`))
await receiver.ready()
const poller = pollNotifications(createSonzaiClient({ apiKey: 'sk_test', baseUrl }), {
  agentId: 'luna',
  receiver,
  intervalMs: 50,
})
console.error('polling')
await poller.done
