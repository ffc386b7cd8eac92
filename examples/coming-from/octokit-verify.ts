import express from 'express'
import { safeVerify } from 'sallyport'
import { github } from 'sallyport/providers/github'

const secret = process.env.GITHUB_WEBHOOK_SECRET

express()
  .post('/webhooks/github', express.raw({ type: 'application/json', limit: '25mb' }), async (request, response) => {
    const result = await safeVerify(github(), { secret, headers: request.headers, body: request.body as Buffer })
    if (!result.ok) return void response.status(result.status).send(result.title)
    if (result.event.type === 'push') console.log(result.event.data.ref)
    response.sendStatus(204)
  })
  .listen(process.env.PORT ?? 3000)
