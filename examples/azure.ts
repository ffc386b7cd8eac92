import { app } from '@azure/functions'
import { createReceiver } from 'sallyport'
import { webhook } from 'sallyport/fetch'
import { sonzai } from 'sallyport/providers/sonzai'

const receiver = createReceiver(sonzai(), { secret: process.env.SONZAI_WEBHOOK_SECRET })

receiver.on('on_wakeup_ready', ({ data }) => console.log(data.generated_message))

const handle = webhook(receiver)

// The body arrives as a stream, so that large ones are rejected before they are read.
app.setup({ enableHttpStream: true })

app.http('sonzai', {
  route: 'webhooks/sonzai',
  methods: ['POST'],
  authLevel: 'anonymous',
  handler: async (request) => {
    // It has what is read of a Request.
    const { status, headers, body } = await handle(request as unknown as Request)
    return { status, headers, body }
  },
})
