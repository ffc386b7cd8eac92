import type { RequestListener } from 'node:http'
import { Readable } from 'node:stream'
import { json } from 'node:stream/consumers'
import type { TLSSocket } from 'node:tls'
import { createAdaptorServer, type HttpBindings } from '@hono/node-server'
import { bodyParser } from '@koa/bodyparser'
import Router from '@koa/router'
import { webhook as expressWebhook } from 'sallyport/express'
import { webhook as fastifyWebhook } from 'sallyport/fastify'
import { webhook as fetchWebhook } from 'sallyport/fetch'
import { webhook as koaWebhook } from 'sallyport/koa'
import { webhook as nodeWebhook } from 'sallyport/node'
import type { MountReceiver } from '@sallyport/contracts'
import express5 from 'express'
import express4 from 'express4'
import Fastify, { type FastifyServerOptions } from 'fastify'
import { Hono } from 'hono'
import Koa3 from 'koa'
import Koa2 from 'koa2'
import type { Server } from 'node:http'
import { certificate } from './certificate.ts'
import { listen, prefix, route } from './listen.ts'
import { readFirst } from './read-first.ts'
import { createServerFor, isEncrypted, isHttp2, type Transport } from './transports.ts'

/** Serves a receiver in a framework, over any transport that the framework has. */
export type Mount = (transport?: Transport) => MountReceiver

export const mountNode: Mount =
  (transport = 'HTTP/1.1') =>
  (receiver, { before }) => {
    const handle = nodeWebhook(receiver)
    const serve: RequestListener = async (request, response) => {
      if (!request.url?.startsWith(prefix + route)) {
        response.setHeader('content-type', 'application/json').end(JSON.stringify(await json(request)))
        return
      }
      await readFirst(request, before)
      await handle(request, response)
    }
    // Throws where Node otherwise silently drops content that a request or a status does not allow.
    return listen(createServerFor(transport, serve, { rejectNonStandardBodyWrites: true }), transport)
  }

function mountExpress(express: typeof express5): Mount {
  return (transport = 'HTTP/1.1') =>
    (receiver, { before }) => {
      const app = express()
      app.post('/sibling', express.json(), (request, response) => void response.json(request.body))
      if (before === 'json-parser') app.use(express.json())
      else {
        app.use(async (request, _response, next) => {
          await readFirst(request, before)
          next()
        })
      }
      const router = express.Router()
      router.all(route, expressWebhook(receiver))
      app.use(prefix, router)
      return listen(createServerFor(transport, app), transport)
    }
}

export const mountExpress5 = mountExpress(express5)
export const mountExpress4 = mountExpress(express4)

const brokenConnection = /^(ECONNRESET|EPIPE|HPE_\w+|ERR_HTTP2_\w+|ERR_STREAM_PREMATURE_CLOSE)$/

function mountKoa(Koa: typeof Koa3): Mount {
  return (transport = 'HTTP/1.1') =>
    (receiver, { before }) => {
      const app = new Koa()
      // Koa reports broken connections and requests as errors of the application; there must be no others.
      app.on('error', (error: NodeJS.ErrnoException) => {
        if (!brokenConnection.test(error.code ?? '')) throw error
      })
      const beside = new Router()
      beside.post('/sibling', bodyParser(), (context) => {
        context.body = context.request.body
      })
      app.use(beside.routes())
      if (before === 'json-parser') app.use(bodyParser())
      else {
        app.use(async (context, next) => {
          await readFirst(context.req, before, context.request)
          await next()
        })
      }
      // As koa-mount does: the mounted app sees only the rest of the path.
      app.use(async (context, next) => {
        context.path = context.path.slice(prefix.length)
        await next()
      })
      const router = new Router()
      router.all(route, koaWebhook(receiver))
      app.use(router.routes())
      return listen(createServerFor(transport, app.callback()), transport)
    }
}

export const mountKoa3 = mountKoa(Koa3)
export const mountKoa2 = mountKoa(Koa2)

export const mountFastify: Mount =
  (transport = 'HTTP/1.1') =>
  async (receiver, { before }) => {
    const options: object = {
      ...(isHttp2(transport) && { http2: true }),
      ...(isEncrypted(transport) && { https: { ...certificate, allowHTTP1: true } }),
    }
    const app = Fastify(options as FastifyServerOptions)
    app.post('/sibling', (request, reply) => reply.send(request.body))
    await app.register(
      async (scope) => {
        if (before !== 'nothing') {
          scope.addHook('preParsing', async (request) => {
            await readFirst(request.raw, before, request)
            return Readable.from([])
          })
        }
        await scope.register(fastifyWebhook(receiver), { prefix: route })
      },
      { prefix },
    )
    await app.ready()
    const { close, ...mounted } = await listen(app.server, transport)
    return {
      ...mounted,
      async close() {
        await close()
        await app.close()
      },
    }
  }

/** `fetch` on a server of Node's, by Hono's bridge. */
export const mountHono: Mount =
  (transport = 'HTTP/1.1') =>
  (receiver, { before }) => {
    const handle = fetchWebhook(receiver)
    const app = new Hono<{ Bindings: HttpBindings }>()
    app.post('/sibling', async (context) => context.json(await context.req.json<object>()))
    if (before !== 'nothing') {
      app.use(async (context, next) => {
        await context.req.arrayBuffer()
        await next()
      })
    }
    app.basePath(prefix).all(route, (context) => {
      const { socket } = context.env.incoming
      const { encrypted: secure = false } = socket as Partial<TLSSocket>
      return handle(context.req.raw, { remoteAddress: socket.remoteAddress, secure })
    })
    const createServer = (_options: object, listener: RequestListener): Server => createServerFor(transport, listener)
    return listen(createAdaptorServer({ fetch: app.fetch, createServer: createServer as never }) as Server, transport)
  }

/** Every mount over a server of Node's. */
export const mounts: Readonly<Record<string, Mount>> = {
  'node:http': mountNode,
  'Express 5': mountExpress5,
  'Express 4': mountExpress4,
  'Koa 3': mountKoa3,
  'Koa 2': mountKoa2,
  'Fastify 5': mountFastify,
  '@hono/node-server': mountHono,
}

/** Those that run on `node:http2`; Express does not. */
export const http2Mounts: Readonly<Record<string, Mount>> = Object.fromEntries(
  Object.entries(mounts).filter(([name]) => !name.startsWith('Express')),
)
