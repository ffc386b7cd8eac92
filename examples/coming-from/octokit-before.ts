import { Webhooks } from '@octokit/webhooks'
import express from 'express'

const webhooks = new Webhooks({ secret: process.env.GITHUB_WEBHOOK_SECRET ?? '' })

webhooks.on('push', ({ payload }) => console.log(payload.ref))

express()
  .post('/webhooks/github', express.text({ type: 'application/json', limit: '25mb' }), async (request, response) => {
    try {
      await webhooks.verifyAndReceive({
        id: request.header('x-github-delivery') ?? '',
        name: request.header('x-github-event') ?? '',
        signature: request.header('x-hub-signature-256') ?? '',
        payload: request.body as string,
      })
      response.sendStatus(204)
    } catch {
      response.status(400).send('invalid')
    }
  })
  .listen(process.env.PORT ?? 3000)
