import { createReceiver } from 'sallyport'
import { webhook } from 'sallyport/fetch'
import { sonzai } from 'sallyport/providers/sonzai'

const receiver = createReceiver(sonzai(), { secret: process.env.SONZAI_WEBHOOK_SECRET })

receiver.on('on_wakeup_ready', ({ data }) => console.log(data.generated_message))

const handle = webhook(receiver)

interface Server {
  requestIP(request: Request): { address: string } | null
}

export default {
  port: process.env.PORT ?? 3000,
  fetch(request: Request, server: Server): Response | Promise<Response> {
    const { pathname } = new URL(request.url)
    if (pathname !== '/webhooks/sonzai') return new Response(null, { status: 404 })
    return handle(request, { remoteAddress: server.requestIP(request)?.address })
  },
}
