import { createReceiver } from 'sallyport'
import { webhook } from 'sallyport/fetch'
import { sonzai } from 'sallyport/providers/sonzai'

const receiver = createReceiver(sonzai(), { secret: process.env.SONZAI_WEBHOOK_SECRET })

receiver.on('on_wakeup_ready', ({ data }) => console.log(data.generated_message))

const handle = webhook(receiver)

export default {
  fetch(request: Request): Response | Promise<Response> {
    const { pathname } = new URL(request.url)
    return pathname === '/webhooks/sonzai' ? handle(request) : new Response(null, { status: 404 })
  },
}
