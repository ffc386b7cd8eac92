import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serve as serveHono } from '@hono/node-server'
import Router from '@koa/router'
import express from 'express'
import fastify, { type FastifyInstance } from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import type { Receiver } from 'sallyport'
import { webhook as expressWebhook } from 'sallyport/express'
import { webhook as fastifyWebhook } from 'sallyport/fastify'
import { webhook as fetchWebhook } from 'sallyport/fetch'
import { webhook as koaWebhook } from 'sallyport/koa'
import { webhook as nodeWebhook } from 'sallyport/node'
import type { ClosableServer } from 'sallyport/shutdown'
import { certificate } from '../adapters/certificate.ts'
import { createServerFor } from '../adapters/transports.ts'

type Serve = (receiver: Pick<Receiver, 'receive'>) => Promise<{ server: ClosableServer; port: number }>

/** Starts a server of each framework on a free port, with the receiver at `/`. */
export const serve = {
  node: (receiver) => listen(createServer(nodeWebhook(receiver))),
  express: (receiver) => listen(createServer(express().post('/', expressWebhook(receiver)))),
  koa(receiver) {
    const router = new Router().post('/', koaWebhook(receiver))
    return listen(createServer(new Koa().use(router.routes()).callback()))
  },
  hono(receiver) {
    const handle = fetchWebhook(receiver)
    const app = new Hono().post('/', (context) => handle(context.req.raw))
    return untilListening(serveHono({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server)
  },
  fastify: (receiver) => listenFastify(fastify(), receiver),
} satisfies Record<string, Serve>

/** The same over TLS. */
export const serveTls = {
  'node, HTTPS': (receiver) => listen(createServerFor('HTTPS', nodeWebhook(receiver))),
  'fastify, HTTPS': (receiver) => listenFastify(fastify({ https: certificate }) as never, receiver),
} satisfies Record<string, Serve>

/** The same over HTTP/2. */
export const serveHttp2 = {
  'node, HTTP/2': (receiver) => listen(createServerFor('HTTP/2', nodeWebhook(receiver))),
  'fastify, HTTP/2': (receiver) => listenFastify(fastify({ http2: true, https: certificate }) as never, receiver),
} satisfies Record<string, Serve>

async function listenFastify(app: FastifyInstance<Server>, receiver: Parameters<Serve>[0]): ReturnType<Serve> {
  await app.register(fastifyWebhook(receiver), { prefix: '/' })
  await app.listen({ port: 0, host: '127.0.0.1' })
  return { server: app, port: (app.server.address() as AddressInfo).port }
}

function listen(server: Server): ReturnType<Serve> {
  return untilListening(server.listen(0, '127.0.0.1'))
}

async function untilListening(server: Server): ReturnType<Serve> {
  if (!server.listening) await once(server, 'listening')
  return { server, port: (server.address() as AddressInfo).port }
}
