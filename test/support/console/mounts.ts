import { createServer, type RequestListener, type Server } from 'node:http'
import { createAdaptorServer, type HttpBindings } from '@hono/node-server'
import { bodyParser } from '@koa/bodyparser'
import type { ConsoleHandler } from '@sallyport/console'
import { mount as expressMount } from '@sallyport/console/express'
import { mount as fastifyMount } from '@sallyport/console/fastify'
import { mount as koaMount } from '@sallyport/console/koa'
import { mount as nodeMount } from '@sallyport/console/node'
import express5 from 'express'
import express4 from 'express4'
import Fastify from 'fastify'
import { Hono } from 'hono'
import Koa3 from 'koa'
import Koa2 from 'koa2'

/** Makes an application with a console at `/admin/console`, a sibling at `/sibling`, and trust in one proxy. */
export type MountConsole = (handler: ConsoleHandler) => Server | Promise<Server>

function inExpress(express: typeof express5, parsesFirst: boolean): MountConsole {
  return (handler) => {
    const app = express()
    app.set('trust proxy', 1)
    app.set('env', 'test')
    if (parsesFirst) app.use(express.json(), express.urlencoded({ extended: false }))
    app.post('/sibling', express.json(), (request, response) => void response.json(request.body))
    const admin = express.Router()
    admin.use('/console', expressMount(handler))
    app.use('/admin', admin)
    return createServer(app)
  }
}

function inKoa(Koa: typeof Koa3, isStripped: boolean): MountConsole {
  return (handler) => {
    const app = new Koa({ proxy: true, maxIpsCount: 1 })
    app.use(bodyParser({ enableTypes: ['json', 'form'], onError: () => {} }))
    app.use(async (context, next) => {
      if (context.path === '/sibling') context.body = context.request.body
      else await next()
    })
    if (isStripped)
      // As koa-mount does.
      app.use(async (context, next) => {
        if (`${context.path}/`.startsWith('/admin/console/'))
          context.path = context.path.slice('/admin/console'.length) || '/'
        await next()
      })
    app.use(koaMount(handler))
    return createServer(app.callback())
  }
}

/** Every mount; some with the option `basePath`, some told by their host. */
export const mounts: Readonly<Record<string, { readonly mount: MountConsole; readonly needsPath: boolean }>> = {
  'node:http': {
    needsPath: true,
    mount: (handler) => {
      const handle = nodeMount(handler)
      return createServer((request, response) => {
        if (request.url === '/sibling') request.pipe(response)
        else void handle(request, response)
      })
    },
  },
  'Express 5': { needsPath: false, mount: inExpress(express5, false) },
  'Express 5 after parsers': { needsPath: false, mount: inExpress(express5, true) },
  'Express 4': { needsPath: false, mount: inExpress(express4, false) },
  'Express 4 after parsers': { needsPath: false, mount: inExpress(express4, true) },
  'Koa 3': { needsPath: true, mount: inKoa(Koa3, false) },
  'Koa 3 below koa-mount': { needsPath: false, mount: inKoa(Koa3, true) },
  'Koa 2': { needsPath: true, mount: inKoa(Koa2, false) },
  'Fastify 5': {
    needsPath: false,
    mount: async (handler) => {
      const app = Fastify({ trustProxy: '127.0.0.1' })
      app.post('/sibling', (request, reply) => reply.send(request.body))
      await app.register(async (admin) => admin.register(fastifyMount(handler), { prefix: '/console' }), {
        prefix: '/admin',
      })
      await app.ready()
      return app.server
    },
  },
  fetch: {
    needsPath: false,
    mount: (handler) => {
      const app = new Hono<{ Bindings: HttpBindings }>()
      app.post('/sibling', async (context) => context.json(await context.req.json<object>()))
      const serve = (context: { req: { raw: Request }; env: HttpBindings }): Promise<Response> =>
        handler(context.req.raw, {
          basePath: '/admin/console',
          remoteAddress: context.env.incoming.socket.remoteAddress,
        })
      app.all('/admin/console', serve).all('/admin/console/*', serve)
      const createHttpServer = (_options: object, listener: RequestListener): Server => createServer(listener)
      return createAdaptorServer({ fetch: app.fetch, createServer: createHttpServer as never }) as Server
    },
  },
}
