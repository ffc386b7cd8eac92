import { createReceiver } from 'sallyport'
import { webhook } from 'sallyport/express'
import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery } from 'sallyport/testing'
import { describeAdapter } from '@sallyport/contracts'
import express5 from 'express'
import express4 from 'express4'
import supertest from 'supertest'
import { describe, expect, it } from 'vitest'
import { mountExpress4, mountExpress5 } from '../support/adapters/mounts.ts'

describeAdapter('Express 5', mountExpress5())
describeAdapter('Express 4', mountExpress4())

describe.each([
  ['Express 5', express5],
  ['Express 4', express4],
])('%s mount', (_name, express) => {
  const secret = 'whsec_beside-the-contract'
  const receiver = createReceiver(sonzai(), { secret })
  const { plainHeaders, body } = signDelivery(sonzai(), { secret })
  const deliver = (app: ReturnType<typeof express5>): supertest.Test =>
    supertest(app).post('/hook').set(plainHeaders).send(Buffer.from(body).toString())

  it('verifies the bytes read by express.raw', async () => {
    const app = express()
    app.use(express.raw({ type: '*/*' }))
    app.post('/hook', webhook(receiver))
    await deliver(app).expect(200)
  })

  it('passes on errors of other middleware while it answers', async () => {
    const thrown: unknown[] = []
    const app = express()
    app.use((_request, response, next) => {
      const { writeHead } = response
      response.writeHead = () => {
        response.writeHead = writeHead
        throw new Error('no session store')
      }
      next()
    })
    app.post('/hook', webhook(receiver))
    const onError: express5.ErrorRequestHandler = (error, _request, response, _next) => {
      thrown.push(error)
      response.sendStatus(502)
    }
    app.use(onError)
    await deliver(app).expect(502)
    expect(thrown).toMatchObject([{ message: 'no session store' }])
  })
})
