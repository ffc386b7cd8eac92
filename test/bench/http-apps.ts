import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { createReceiver, type Receiver, type ReceiverOptions } from 'sallyport'
import { webhook as fetchWebhook } from 'sallyport/fetch'
import { webhook } from 'sallyport/node'
import { webhook as expressWebhook } from 'sallyport/express'
import { webhook as fastifyWebhook } from 'sallyport/fastify'
import { webhook as koaWebhook } from 'sallyport/koa'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import express from 'express'
import { fastify } from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import * as z from 'zod'
import { bridge } from '../support/adapters/fetch-bridge.ts'
import { floors } from './floors.ts'

/** Path of the webhook in every application. */
export const path = '/webhooks/orders'
export const secret = 'whsec_c2FsbHlwb3J0LWJlbmNoLXNlY3JldC0zMi1ieXRlcyE='
export const eventType = 'order.paid'

/** Hand-written, or with the sallyport adapter. */
export type Kind = 'floor' | 'sallyport'

/** Makes the application of one framework, once of each kind. */
export const applications: Readonly<Record<string, Readonly<Record<Kind, () => Promise<Server>>>>> = {
  'node:http': {
    floor: async () => createServer(nodeFloor),
    sallyport: async () => createServer(route(webhook(receive()))),
  },
  express: { floor: async () => createServer(expressFloor()), sallyport: async () => createServer(expressOurs()) },
  koa: {
    floor: async () => createServer(koaFloor().callback()),
    sallyport: async () => createServer(koaOurs().callback()),
  },
  fastify: { floor: fastifyFloor, sallyport: async () => serveFastify(receive()) },
  hono: { floor: async () => serveHono(honoFloor()), sallyport: async () => serveHono(honoOurs()) },
}

const maxBodyBytes = 1024 * 1024
const answer = { outcome: 'handled' } as const
const noStore = { 'cache-control': 'no-store' } as const
const verify = floors['standard-webhooks'](secret)

const Order = z.looseObject({ lines: z.array(z.looseObject({ sku: z.string(), price: z.number() })) })

/** What `receive` made. */
export const receivers: Receiver[] = []

/** With all defaults; it also checks a schema, which the floors do not. */
export function receive(options: Partial<ReceiverOptions> = {}): Receiver<{ [eventType]: z.infer<typeof Order> }> {
  const provider = standardWebhooks({ events: { [eventType]: Order } })
  const receiver = createReceiver(provider, { secret, ...options }).on(eventType, () => {})
  receivers.push(receiver)
  return receiver
}

/** What a hand-written route does with a body in every framework: verify, parse, handle. */
function handle(headers: IncomingMessage['headers'], body: Buffer): boolean {
  try {
    verify(headers as Record<string, string | undefined>, body)
    return true
  } catch {
    return false
  }
}

function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    request.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length > maxBodyBytes) reject(new Error('too large'))
      else chunks.push(chunk)
    })
    request.on('end', () => resolve(Buffer.concat(chunks)))
    request.on('error', reject)
  })
}

function route(listener: RequestListener): RequestListener {
  return (request, response) => {
    if (request.url === path) listener(request, response)
    else response.writeHead(404).end()
  }
}

const nodeFloor = route((request, response) => {
  readBody(request).then(
    (body) => {
      const text = handle(request.headers, body) ? JSON.stringify(answer) : undefined
      if (text === undefined) return response.writeHead(401).end()
      const headers = { 'content-type': 'application/json', ...noStore, 'content-length': Buffer.byteLength(text) }
      return response.writeHead(200, headers).end(text)
    },
    () => response.writeHead(413).end(),
  )
})

function expressFloor(): express.Express {
  const raw = express.raw({ type: 'application/json', limit: maxBodyBytes })
  return express().post(path, raw, (request, response) => {
    if (handle(request.headers, request.body as Buffer)) response.set(noStore).json(answer)
    else response.sendStatus(401)
  })
}

function expressOurs(): express.Express {
  return express().post(path, expressWebhook(receive()))
}

function koaFloor(): Koa {
  return new Koa().use(async (context, next) => {
    if (context.path !== path) return next()
    if (!handle(context.headers, await readBody(context.req))) context.throw(401)
    context.set(noStore)
    context.body = answer
  })
}

function koaOurs(): Koa {
  const mount = koaWebhook(receive())
  return new Koa().use((context, next) => (context.path === path ? mount(context, next) : next()))
}

async function fastifyFloor(): Promise<Server> {
  const app = fastify({ bodyLimit: maxBodyBytes })
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.post(path, async (request, reply) => {
    if (!handle(request.headers, request.body as Buffer)) return reply.code(401).send()
    return reply.headers(noStore).send(answer)
  })
  await app.ready()
  return app.server
}

/** A Fastify with a receiver mounted. */
export async function serveFastify(receiver: Receiver): Promise<Server> {
  const app = fastify()
  await app.register(fastifyWebhook(receiver), { prefix: path })
  await app.ready()
  return app.server
}

function honoFloor(): Hono {
  return new Hono().post(path, async (context) => {
    const body = Buffer.from(await context.req.arrayBuffer())
    if (!handle(context.req.header(), body)) return context.text('', 401)
    return context.json(answer, 200, noStore)
  })
}

function honoOurs(): Hono {
  const mount = fetchWebhook(receive())
  return new Hono().post(path, (context) => mount(context.req.raw))
}

// Both use the same bridge between Node and Hono. It takes most of the time, so this pair differs least.
function serveHono(app: Hono): Server {
  return bridge(async (request) => app.fetch(request))
}
