import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { createReceiver, SallyportError, type Receiver } from 'sallyport'
import { webhook as expressWebhook } from 'sallyport/express'
import { webhook as fastifyWebhook } from 'sallyport/fastify'
import { webhook as fetchWebhook } from 'sallyport/fetch'
import { webhook as koaWebhook } from 'sallyport/koa'
import { webhook as nodeWebhook } from 'sallyport/node'
import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery } from 'sallyport/testing'
import express from 'express'
import express4 from 'express4'
import Fastify from 'fastify'
import Koa from 'koa'
import Koa2 from 'koa2'
import { afterEach, describe, expect, it } from 'vitest'
import { oddRequests } from '../support/adapters/odd-requests.ts'

const secret = 'whsec_odd-hosts'
type Alter = (request: IncomingMessage) => void | Promise<void>
type Mount = (receiver: Receiver, alter: Alter) => Promise<Server>

const withExpress =
  (framework: typeof express): Mount =>
  async (receiver, alter) => {
    const app = framework()
    const handle = expressWebhook(receiver)
    app.use((request, response, next) => {
      void Promise.resolve(alter(request)).then(() => handle(request, response, next))
    })
    return createServer(app)
  }

const withKoa =
  (Framework: typeof Koa): Mount =>
  async (receiver, alter) => {
    const app = new Framework()
    app.use(async (context, next) => {
      await alter(context.req)
      await next()
    })
    app.use(koaWebhook(receiver))
    return createServer(app.callback())
  }

const mounts: Readonly<Record<string, Mount>> = {
  'node:http': async (receiver, alter) => {
    const handle = nodeWebhook(receiver)
    return createServer(async (request, response) => {
      await alter(request)
      await handle(request, response)
    })
  },
  'Express 5': withExpress(express),
  'Express 4': withExpress(express4),
  'Koa 3': withKoa(Koa),
  'Koa 2': withKoa(Koa2),
  'Fastify 5': async (receiver, alter) => {
    const app = Fastify()
    // Fastify reads the request itself before.
    app.addHook('preHandler', async ({ raw }) => alter(raw))
    app.register(fastifyWebhook(receiver))
    await app.ready()
    return app.server
  },
}

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

function make(errors: unknown[]): Receiver {
  return createReceiver(sonzai(), { secret }).onError((error) => void errors.push(error))
}

const sign = (): ReturnType<typeof signDelivery> => signDelivery(sonzai(), { secret, type: 'agent.message' })

function expectAnswer(status: number, body: string, code: string | undefined, errors: readonly unknown[]): void {
  const { code: answered, status: said } = JSON.parse(body) as { code?: string; status?: number }
  expect({ status, code: answered }).toEqual({ status: said ?? 200, code })
  if (status < 500) return expect(errors).toEqual([])
  expect(errors).toHaveLength(1)
  // The operator reads what the host did, and what to do.
  expect(SallyportError.is(errors[0]) && errors[0].code).toBe(code)
}

describe.each(Object.entries(mounts))('%s, given an odd request', (_mount, mount) => {
  it.each(Object.entries(oddRequests))('answers %s', async (_name, { alter, code }) => {
    const errors: unknown[] = []
    const server = await mount(make(errors), alter)
    servers.push(server)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { plainHeaders: headers, body } = sign()
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const response = await fetch(url, { method: 'POST', headers, body: Buffer.from(body) })
    expectAnswer(response.status, await response.text(), code, errors)
  })
})

const refuseAccess = (): never => {
  throw new Error('out of reach')
}

/** Changes to a plain object used as a request. */
const oddFetchRequests: Readonly<Record<string, { readonly change: object; readonly code?: string }>> = {
  'as the standard says': { change: {} },
  'a relative URL': { change: { url: '/webhooks/sonzai?x=1' } },
  'a URL object': { change: { url: new URL('https://localhost/webhooks') } },
  'a URL that is none': { change: { url: '???' } },
  'no URL': { change: { url: undefined } },
  'headers as an object': { change: { headers: { ...sign().plainHeaders } } },
  'headers null': { change: { headers: null }, code: 'CONTENT_TYPE_UNSUPPORTED' },
  'no headers': { change: { headers: undefined }, code: 'CONTENT_TYPE_UNSUPPORTED' },
  'headers as text': { change: { headers: 'x-id: 1' }, code: 'REQUEST_UNREADABLE' },
  'headers that throw': { change: { headers: { [Symbol.iterator]: refuseAccess } }, code: 'REQUEST_UNREADABLE' },
  'no method': { change: { method: undefined }, code: 'REQUEST_UNREADABLE' },
  'no signal': { change: { signal: undefined } },
  'signal null': { change: { signal: null } },
  'a signal without events': { change: { signal: {} } },
  'no body member': { change: { body: undefined }, code: 'REQUEST_UNREADABLE' },
  'a body as text': { change: { body: '{}' }, code: 'REQUEST_UNREADABLE' },
  'a stream of text': {
    change: { body: new Blob(['{}']).stream().pipeThrough(new TextDecoderStream()) },
    code: 'BODY_ALREADY_PARSED',
  },
  'a body that is used': { change: { bodyUsed: true }, code: 'BODY_ALREADY_PARSED' },
}

describe('fetch, given an odd request', () => {
  const toPlain = ({ plainHeaders, body }: ReturnType<typeof sign>, change: object): Request =>
    ({
      method: 'POST',
      url: 'https://localhost/webhooks',
      headers: new Headers(plainHeaders),
      body: new Blob([Buffer.from(body)]).stream(),
      bodyUsed: false,
      signal: new AbortController().signal,
      ...change,
    }) as Request

  it.each(Object.entries(oddFetchRequests))('answers %s', async (name, { change, code }) => {
    const errors: unknown[] = []
    const receiver = make(errors).onAny((_event, { signal }) => void signal.aborted)
    const delivery = sign()
    const isOwn = name === 'headers as an object'
    const request = toPlain(delivery, isOwn ? { headers: delivery.plainHeaders } : change)
    const response = await fetchWebhook(receiver)(request)
    expectAnswer(response.status, await response.text(), code, errors)
  })

  it('answers bytes in place of the stream', async () => {
    const delivery = sign()
    const response = await fetchWebhook(make([]))(toPlain(delivery, { body: delivery.body }))
    expect(response.status).toBe(200)
  })

  it('answers a request that is none', async () => {
    for (const nothing of [undefined, null, {}, 'POST']) {
      const errors: unknown[] = []
      const response = await fetchWebhook(make(errors))(nothing as never, null as never)
      expectAnswer(response.status, await response.text(), 'REQUEST_UNREADABLE', errors)
    }
  })

  it('passes path and query of a relative URL', async () => {
    const urls: string[] = []
    for (const url of ['/hook?a=%2F#part', 'http://localhost/hook?a=%2F#part']) {
      const receiver = make([]).onAny((_event, { delivery }) => void urls.push(delivery.url))
      await fetchWebhook(receiver)(toPlain(sign(), { url }))
    }
    expect(urls).toEqual(['/hook?a=%2F', '/hook?a=%2F'])
  })

  it("keeps a host's failing waitUntil from the handler", async () => {
    const errors: unknown[] = []
    const receiver = make(errors).onAny((_event, { waitUntil }) => waitUntil(Promise.resolve()))
    const response = await fetchWebhook(receiver)(toPlain(sign(), {}), { waitUntil: refuseAccess })
    expect(response.status).toBe(200)
    expect(errors).toMatchObject([{ code: 'INTERNAL', message: expect.stringContaining('waitUntil') as string }])
  })
})

describe('receive, given an odd delivery', () => {
  const members = {
    method: 'POST',
    url: '/hook',
    ...(({ plainHeaders: headers, body }) => ({ headers, body }))(sign()),
  }
  it.each([
    ['nothing', undefined, 'REQUEST_UNREADABLE'],
    ['null', null, 'REQUEST_UNREADABLE'],
    ['an empty object', {}, 'REQUEST_UNREADABLE'],
    ['headers null', { ...members, headers: null }, 'CONTENT_TYPE_UNSUPPORTED'],
    ['a body as text', { ...members, body: 'text' }, 'BODY_ALREADY_PARSED'],
    ['body null', { ...members, body: null }, 'BODY_ALREADY_PARSED'],
    ['a reader of text', { ...members, body: async () => 'text' }, 'BODY_ALREADY_PARSED'],
    ['a reader that never ends', { ...members, body: () => new Promise(() => {}) }, 'BODY_TIMEOUT'],
    ['a time as text', { ...members, receivedAt: 'now' }, 'REQUEST_UNREADABLE'],
    ['odd optional members', { ...members, remoteAddress: 5, secure: 'yes', signal: null, waitUntil: null }, undefined],
    ['bytes as an ArrayBuffer', { ...members, body: new Uint8Array(members.body).buffer }, undefined],
  ])('answers %s', async (_name, incoming, code) => {
    const errors: unknown[] = []
    const receiver = createReceiver(sonzai(), { secret, bodyTimeoutMs: 20, replayGuard: 'off' })
      .onError((error) => void errors.push(error))
      .onAny((_event, { signal }) => void signal.aborted)
    const { status, body } = await receiver.receive(incoming as never)
    expectAnswer(status, body, code, errors)
  })
})
