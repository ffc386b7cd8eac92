import { once } from 'node:events'
import { createServer, request as send, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { createAdaptorServer } from '@hono/node-server'
import Router from '@koa/router'
import express5 from 'express'
import express4 from 'express4'
import fastify from 'fastify'
import { Hono } from 'hono'
import Koa3 from 'koa'
import Koa2 from 'koa2'
import { createReceiver } from 'sallyport'
import { health, type Health } from 'sallyport/health'
import { createInbox, createSqliteEngine, type Inbox } from 'sallyport/inbox'
import { sonzai } from 'sallyport/providers/sonzai'
import { closeGracefully } from 'sallyport/shutdown'
import { afterEach, describe, expect, it } from 'vitest'
import { newEvent } from '../support/inbox/new-event.ts'
import { useInboxes } from '../support/inbox/receivers.ts'

const { makePath, openInbox } = useInboxes()
let servers: Server[] = []
afterEach(() => {
  for (const server of servers) server.close().closeAllConnections()
  servers = []
})

async function listen(server: Server): Promise<string> {
  servers.push(server)
  if (!server.listening) {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  }
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const koaApp = (Koa: typeof Koa3, { live, ready }: Health): Server => {
  const router = new Router().get('/live', live).get('/ready', ready)
  return createServer(new Koa().use(router.routes()).callback())
}

/** Each with the least code that mounts both. */
const frameworks: Readonly<Record<string, (probes: Health) => Server | Promise<Server>>> = {
  'node:http': ({ live, ready }) =>
    createServer((request, response) => void (request.url === '/live' ? live : ready)(request, response)),
  'Express 5': ({ live, ready }) => createServer(express5().get('/live', live).get('/ready', ready)),
  'Express 4': ({ live, ready }) => createServer(express4().get('/live', live).get('/ready', ready)),
  'Koa 3': (probes) => koaApp(Koa3, probes),
  'Koa 2': (probes) => koaApp(Koa2, probes),
  Fastify: async ({ live, ready }) => {
    const app = fastify().get('/live', live).get('/ready', ready)
    await app.listen({ port: 0, host: '127.0.0.1' })
    return app.server
  },
  Hono: ({ live, ready }) =>
    createAdaptorServer({ fetch: new Hono().get('/live', live).get('/ready', ready).fetch }) as Server,
  fetch: ({ live, ready }) =>
    createAdaptorServer({ fetch: (request) => (request.url.endsWith('/live') ? live : ready)(request) }) as Server,
}

async function ask(url: string, method = 'GET'): Promise<IncomingMessage & { body: string }> {
  const [response] = (await once(send(url, { method }).end(), 'response')) as [IncomingMessage]
  return Object.assign(response, { body: await text(response) })
}

// The default is short for a busy machine.
const timeoutMs = 20_000

function failing(inbox: Inbox, code: string): Inbox {
  return { ...inbox, checkWritable: () => Promise.reject(Object.assign(new Error('/home/me/secret.db'), { code })) }
}

describe.each(Object.entries(frameworks))('probes in %s', (_name, mount) => {
  it('answer GET and HEAD', async () => {
    const url = await listen(await mount(health()))
    for (const [path, status] of [
      ['/live', 'live'],
      ['/ready', 'ready'],
    ] as const) {
      const answer = await ask(url + path)
      expect([answer.statusCode, answer.body]).toEqual([200, JSON.stringify({ status })])
      expect(answer.headers).toMatchObject({ 'cache-control': 'no-store' })
      expect(answer.headers['content-type']).toMatch(/^application\/json/)
      const head = await ask(url + path, 'HEAD')
      expect([head.statusCode, head.body, head.headers['cache-control']]).toEqual([200, '', 'no-store'])
    }
  })

  it('answer 503 with codes, and nothing private', async () => {
    const inbox = openInbox(makePath())
    const url = await listen(await mount(health({ inboxes: [failing(inbox, 'ENOENT')] })))
    const answer = await ask(`${url}/ready`)
    expect(answer.statusCode).toBe(503)
    expect(JSON.parse(answer.body)).toEqual({
      status: 'not ready',
      failed: [{ check: 'store', code: 'CHECK_FAILED', inbox: 1 }],
    })
    expect((await ask(`${url}/ready`, 'HEAD')).statusCode).toBe(503)
    expect((await ask(`${url}/live`)).statusCode).toBe(200)
  })
})

describe('a probe without a router', () => {
  it('answers other methods with 405', async () => {
    const url = await listen(createServer((request, response) => void health().live(request, response)))
    const answer = await ask(url, 'POST')
    expect([answer.statusCode, answer.headers.allow]).toEqual([405, 'GET, HEAD'])
  })
})

describe('readiness', () => {
  it('needs a store that can be written, and follows it', async () => {
    const inbox = openInbox(makePath(), {}, { maxBytes: 150_000 })
    const { check } = health({ inboxes: [inbox], reuseMs: 0, timeoutMs })
    expect(await check('ready')).toEqual({ status: 'ready', failed: [] })
    const fill = async (): Promise<void> => {
      for (let n = 0; ; n++) await inbox.store(newEvent(String(n)))
    }
    await expect(fill()).rejects.toMatchObject({ code: 'INBOX_FULL' })
    await expect
      .poll(() => check('ready'))
      .toMatchObject({ failed: [{ check: 'store', code: 'INBOX_FULL', inbox: 1 }] })
    await inbox.discard({ state: 'pending' })
    await expect.poll(() => check('ready')).toMatchObject({ status: 'ready' })
  })

  it('is not there while the store does not open', async () => {
    const inbox = createInbox({
      engine: { ...createSqliteEngine({ path: makePath() }), start: () => new Promise(() => {}) },
    })
    const { check } = health({ inboxes: [inbox], timeoutMs: 10 })
    expect(await check('ready')).toMatchObject({ failed: [{ check: 'store', code: 'STARTING' }] })
    expect(await check('live')).toEqual({ status: 'live', failed: [] })
  })

  it('asks a store that hangs once, however many probe it', async () => {
    const inbox = openInbox(makePath())
    await inbox.ready()
    let asked = 0
    const hanging: Inbox = {
      ...inbox,
      checkWritable: () => (asked++ === 0 ? Promise.resolve() : new Promise(() => {})),
    }
    const { check } = health({ inboxes: [hanging], timeoutMs: 10, reuseMs: 0 })
    await check('ready')
    for (let round = 0; round < 3; round++) {
      const answers = await Promise.all(Array.from({ length: 100 }, () => check('ready')))
      for (const answer of answers)
        expect(answer).toMatchObject({ failed: [{ check: 'store', code: 'INBOX_TIMEOUT' }] })
    }
    expect(asked).toBe(2)
  })

  it('looks at the backlog only where bounds are set', async () => {
    const inbox = openInbox(makePath(), { work: 'elsewhere' })
    for (const key of ['1', '2']) await inbox.store(newEvent(key))
    const codes = async (bounds: object): Promise<unknown[]> =>
      (await health({ inboxes: [inbox], timeoutMs, ...bounds }).check('ready')).failed.map(({ code }) => code)
    expect(await codes({})).toEqual([])
    expect(await codes({ maxBacklog: 2 })).toEqual([])
    expect(await codes({ maxBacklog: 1 })).toEqual(['BACKLOG_LARGE'])
    await expect.poll(() => codes({ maxOldestMs: 0 })).toEqual(['BACKLOG_OLD'])
  })

  it('ends with the shutdown, at once', async () => {
    const inbox = openInbox(makePath())
    const receiver = createReceiver(sonzai(), { secret: 'whsec_health', inbox }).onAny(() => {})
    const { check } = health({ receivers: [receiver], reuseMs: 60_000, timeoutMs })
    await expect.poll(() => inbox.workStatus().state).toBe('working')
    expect(await check('ready')).toMatchObject({ failed: [] })
    const server = createServer()
    await listen(server)
    const closing = closeGracefully(server, { receivers: [receiver] })
    const draining = { status: 'not ready', failed: [{ check: 'process', code: 'DRAINING' }] }
    expect(await check('ready')).toEqual(draining)
    expect((await check('live')).status).toBe('live')
    expect(await closing).toMatchObject({ isComplete: true })
    expect(await check('ready')).toEqual(draining)
  })
})
