import express from 'express'
import { createReceiver } from 'sallyport'
import { webhook } from 'sallyport/express'
import { github } from 'sallyport/providers/github'

const receiver = createReceiver(github(), { secret: process.env.GITHUB_WEBHOOK_SECRET })

receiver.on('push', ({ data }) => console.log(data.ref))

express()
  .use(
    express.json({
      limit: '25mb',
      verify: (request, _response, rawBody) => Object.assign(request, { rawBody }),
    }),
  )
  .post('/webhooks/github', webhook(receiver))
  .listen(process.env.PORT ?? 3000)
