import { createServer } from 'node:http'
import { gzipSync } from 'node:zlib'
import { configure } from '@codegenie/serverless-express'
import awsLambdaFastify from '@fastify/aws-lambda'
import { serve } from '@hono/node-server'
import { createReceiver, type Provider, type Receiver } from 'sallyport'
import { webhook as expressWebhook } from 'sallyport/express'
import { webhook as fastifyWebhook } from 'sallyport/fastify'
import { webhook as fetchWebhook } from 'sallyport/fetch'
import { webhook as koaWebhook } from 'sallyport/koa'
import { webhook as nodeWebhook } from 'sallyport/node'
import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery, type SignedDelivery } from 'sallyport/testing'
import express from 'express'
import Fastify from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import serverless from 'serverless-http'
import { describe, expect, it } from 'vitest'

const secret = 'whsec_over-a-bridge'
const gzip: Provider = { ...sonzai(), contentEncoding: { accept: ['gzip'], signed: 'wire' } } as unknown as Provider

interface Answer {
  readonly status: number
  readonly body: string
}

/** Sends a delivery over a bridge. */
type Send = (receiver: Receiver, delivery: SignedDelivery) => Promise<Answer>

/** An event of an AWS HTTP API, payload format 2.0 (https://docs.aws.amazon.com/apigateway). */
function toEvent({ plainHeaders, body, method }: SignedDelivery): Record<string, unknown> {
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: '/hook',
    rawQueryString: 'a=1',
    headers: Object.fromEntries(Object.entries(plainHeaders).map(([name, value]) => [name.toLowerCase(), value])),
    body: Buffer.from(body).toString('base64'),
    isBase64Encoded: true,
    requestContext: { http: { method, path: '/hook', sourceIp: '192.0.2.7' }, stage: '$default' },
  }
}

/** An event of an AWS REST API, payload format 1.0. */
function toRestEvent({ plainHeaders, body, method }: SignedDelivery): Record<string, unknown> {
  return {
    resource: '/hook',
    path: '/hook',
    httpMethod: method,
    headers: plainHeaders,
    multiValueHeaders: Object.fromEntries(Object.entries(plainHeaders).map(([name, value]) => [name, [value]])),
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    body: Buffer.from(body).toString('base64'),
    isBase64Encoded: true,
    requestContext: { identity: { sourceIp: '192.0.2.7' }, stage: 'prod' },
  }
}

function toAnswer(result: unknown): Answer {
  const { statusCode, body, isBase64Encoded } = result as {
    statusCode: number
    body: string
    isBase64Encoded?: boolean
  }
  return { status: statusCode, body: isBase64Encoded ? Buffer.from(body, 'base64').toString() : body }
}

function toKoa(receiver: Receiver): Koa {
  const app = new Koa()
  app.use(koaWebhook(receiver))
  return app
}

const context = { awsRequestId: 'request-1', getRemainingTimeInMillis: () => 30_000 }

/** Applications in serverless-http, and how it is called. */
const overServerless: Readonly<Record<string, (receiver: Receiver) => object>> = {
  Express: (receiver) => express().use(expressWebhook(receiver)),
  Koa: toKoa,
  'node:http': (receiver) => {
    const handle = nodeWebhook(receiver)
    return { handle: (request: never, response: never) => void handle(request, response) }
  },
}

const bridges: Record<string, Send> = {
  async '@fastify/aws-lambda'(receiver, delivery) {
    const app = Fastify()
    app.register(fastifyWebhook(receiver), { prefix: '/hook' })
    return toAnswer(await awsLambdaFastify(app)(toEvent(delivery), context as never))
  },
  async '@codegenie/serverless-express'(receiver, delivery) {
    const app = express().use(expressWebhook(receiver))
    return toAnswer(await (configure({ app }) as (...call: unknown[]) => Promise<unknown>)(toEvent(delivery), context))
  },
  async 'serverless-http with Fastify'(receiver, delivery) {
    const app = Fastify()
    app.register(fastifyWebhook(receiver), { prefix: '/hook' })
    await app.ready()
    return toAnswer(await serverless(app as never)(toEvent(delivery), context))
  },
  async 'Hono on @hono/node-server'(receiver, { plainHeaders, body }) {
    const handle = fetchWebhook(receiver)
    const app = new Hono().post('/hook', (call) => handle(call.req.raw))
    return new Promise((resolve, reject) => {
      const server = serve({ fetch: app.fetch, port: 0, createServer }, ({ port }) => {
        fetch(`http://127.0.0.1:${port}/hook`, { method: 'POST', headers: plainHeaders, body: Buffer.from(body) })
          .then(async (response) => resolve({ status: response.status, body: await response.text() }))
          .catch(reject)
          .finally(() => server.close())
      })
    })
  },
}
for (const [name, toApp] of Object.entries(overServerless)) {
  for (const [form, toInput] of Object.entries({ '2.0': toEvent, '1.0': toRestEvent })) {
    bridges[`serverless-http with ${name}, format ${form}`] = async (receiver, delivery) =>
      toAnswer(await serverless(toApp(receiver))(toInput(delivery), context))
  }
}

describe.each(Object.entries(bridges))('a delivery over %s', (_name, send) => {
  const open = (errors: unknown[], provider: Provider = sonzai()): Receiver =>
    createReceiver(provider, { secret }).onError((error) => void errors.push(error))
  const sign = (body: string | Uint8Array, headers: Record<string, string> = {}): SignedDelivery =>
    signDelivery(sonzai(), { secret, body, headers })
  const json = '{"event_type":"agent.message","content":"ü 🌸"}'

  it('is verified and handled', async () => {
    const errors: unknown[] = []
    const seen: string[] = []
    const receiver = open(errors).onAny((_event, { delivery, signal }) => {
      seen.push(Buffer.from(delivery.body).toString())
      expect(signal.aborted).toBe(false)
    })
    expect(await send(receiver, sign(json))).toMatchObject({ status: 200, body: '{"outcome":"handled"}' })
    expect(seen).toEqual([json])
    expect(errors).toEqual([])
  })

  it('is rejected when forged', async () => {
    const errors: unknown[] = []
    const { status, body } = await send(open(errors), { ...sign(json), body: Buffer.from(json.replace('ü', 'u')) })
    expect({ status, code: (JSON.parse(body) as { code: string }).code }).toEqual({
      status: 401,
      code: 'SIGNATURE_MISMATCH',
    })
    expect(errors).toEqual([])
  })

  it('is verified when compressed and signed so', async () => {
    const delivery = sign(gzipSync(json), { 'content-encoding': 'gzip' })
    expect(await send(open([], gzip), delivery)).toMatchObject({ status: 200 })
  })
})
