import { createReceiver } from 'sallyport'
import { webhook } from 'sallyport/fastify'
import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery } from 'sallyport/testing'
import Fastify, { type FastifyInstance, type LightMyRequestResponse } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const secret = 'whsec_in-a-scope'
let app: FastifyInstance

beforeEach(() => {
  app = Fastify({ bodyLimit: 1 })
})
afterEach(() => app.close())

const mounted = (): ReturnType<typeof webhook> => webhook(createReceiver(sonzai(), { secret }))

function deliver(headers: Record<string, string> = {}): Promise<LightMyRequestResponse> {
  const { plainHeaders, body } = signDelivery(sonzai(), { secret, headers })
  return app.inject({ method: 'POST', url: '/hook', headers: plainHeaders, payload: Buffer.from(body) })
}

describe('Fastify plugin scope', () => {
  it("applies the receiver's body limit, not Fastify's", async () => {
    app.register(mounted(), { prefix: '/hook' })
    expect((await deliver()).statusCode).toBe(200)
  })

  it("keeps its body parsing apart from the application's", async () => {
    app.addContentTypeParser('application/x-own', { parseAs: 'string', bodyLimit: 100 }, (_request, body, done) => {
      done(null, { own: body })
    })
    app.addContentTypeParser('application/cloudevents+json', { parseAs: 'string' }, () => {
      throw new Error('parsed before it was verified')
    })
    app.post('/own', { bodyLimit: 100 }, (request, reply) => reply.send(request.body))
    app.register(mounted(), { prefix: '/hook' })
    const ask = (type: string, payload: string): Promise<LightMyRequestResponse> =>
      app.inject({ method: 'POST', url: '/own', headers: { 'content-type': type }, payload })
    expect((await ask('application/x-own', 'text')).json()).toEqual({ own: 'text' })
    expect((await ask('application/json', '{"plain":true}')).json()).toEqual({ plain: true })
    expect((await ask('nonsense', 'x')).json()).toMatchObject({ code: 'FST_ERR_CTP_INVALID_MEDIA_TYPE' })
    expect((await deliver({ 'content-type': 'application/cloudevents+json' })).statusCode).toBe(200)
  })

  it("runs the application's hooks", async () => {
    const seen: string[] = []
    app.addHook('onRequest', async () => void seen.push('onRequest'))
    app.addHook('preHandler', async () => void seen.push('preHandler'))
    app.addHook('onSend', async (_request, reply) => void seen.push(`onSend ${reply.statusCode}`))
    app.register(mounted(), { prefix: '/hook' })
    await deliver()
    expect(seen).toEqual(['onRequest', 'preHandler', 'onSend 200'])
  })

  it('lets a hook answer a delivery of any valid content type', async () => {
    app.addHook('preHandler', (_request, reply) => reply.code(403).send({ from: 'the hook' }))
    app.register(mounted(), { prefix: '/hook' })
    expect((await deliver()).json()).toEqual({ from: 'the hook' })
    expect((await deliver({ 'content-type': 'nonsense' })).statusCode).toBe(415)
  })

  it("passes other errors to the application's error handler", async () => {
    app.setErrorHandler((error, _request, reply) => reply.code(418).send({ handled: (error as Error).message }))
    app.addHook('preHandler', async () => {
      throw new Error('no entry')
    })
    app.register(mounted(), { prefix: '/hook' })
    const response = await deliver()
    expect(response.statusCode).toBe(418)
    expect(response.json()).toEqual({ handled: 'no entry' })
  })

  it.each([undefined, null, 'text', { statusCode: 200 }])(
    'answers 500 where a receiver rejects with %j',
    async (reason) => {
      app.register(webhook({ receive: () => Promise.reject(reason) }), { prefix: '/hook' })
      expect((await deliver()).statusCode).toBe(500)
    },
  )

  it('mounts several receivers side by side', async () => {
    app.register(mounted(), { prefix: '/other' })
    app.register(mounted(), { prefix: '/hook' })
    expect((await deliver()).statusCode).toBe(200)
    expect((await app.inject({ method: 'POST', url: '/other' })).json()).toMatchObject({
      code: 'CONTENT_TYPE_UNSUPPORTED',
    })
  })
})
