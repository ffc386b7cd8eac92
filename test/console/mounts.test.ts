import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createConsole, type ConsoleContext, type ConsoleHandler, type Session } from '@sallyport/console'
import { mount as expressMount } from '@sallyport/console/express'
import { mount as fastifyMount } from '@sallyport/console/fastify'
import { mount as koaMount } from '@sallyport/console/koa'
import express from 'express'
import { fastify } from 'fastify'
import Koa from 'koa'
import { createInbox, type Inbox } from 'sallyport/inbox'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mounts } from '../support/console/mounts.ts'
import { changeHeaders, post, send } from '../support/console/send.ts'

const folder = mkdtempSync(join(tmpdir(), 'sallyport-mounts-'))
let inbox: Inbox
beforeAll(() => {
  inbox = createInbox(join(folder, 'events.db'))
})
afterAll(async () => {
  await inbox.stop()
  rmSync(folder, { recursive: true })
})

describe.each(Object.entries(mounts))('a console in %s', (name, { mount, needsPath }) => {
  let server: Server
  let url: string
  let seen: { readonly url: string; readonly context: ConsoleContext } | undefined
  beforeAll(async () => {
    const handler = createConsole({
      inbox,
      authorize: (request, context) => {
        seen = { url: request.url, context }
        return 'operate'
      },
      ...(needsPath ? { basePath: '/admin/console' } : {}),
    })
    server = await mount(handler)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/admin/console`
  })
  afterAll(() => void server.close())

  it.each(['', '/', '/events', '/event?key=a%2Fb'])(
    'serves the page at "%s" with the path it is mounted at',
    async (path) => {
      const { status, text, headers } = await send(url + path)
      expect(status).toBe(200)
      expect(headers['content-type']).toBe('text/html; charset=utf-8')
      expect(text).toContain('<meta name="sallyport-base" content="/admin/console/">')
      expect(text).toContain('src="/admin/console/assets/')
    },
  )

  it('serves script and data', async () => {
    const { text } = await send(url)
    const [, script = ''] = /src="([^"]+)"/.exec(text) ?? []
    expect(await send(url, { path: script })).toMatchObject({
      status: 200,
      headers: { 'content-type': 'text/javascript; charset=utf-8' },
    })
    const session = await send(`${url}/api/session`)
    expect(JSON.parse(session.text) as Session).toMatchObject({ store: 'SQLite, events.db' })
    expect(await send(`${url}/api/session`, { method: 'HEAD' })).toMatchObject({ status: 200, text: '' })
  })

  it('reads the JSON of a change, parsed before or not', async () => {
    const answer = await post(`${url}/api/replay`, { key: 'a "quoted" key' })
    expect(JSON.parse(answer.text)).toMatchObject({ code: 'CONSOLE_EVENT_MISSING' })
    const invalid = await post(`${url}/api/replay`, { key: '' })
    expect(JSON.parse(invalid.text)).toMatchObject({ code: 'CONSOLE_REQUEST_INVALID' })
  })

  it('refuses JSON that is deeper than the stack, parsed before or not', async () => {
    const body = `{"key":${'['.repeat(25_000)}${']'.repeat(25_000)}}`
    const answer = await send(`${url}/api/replay`, { method: 'POST', headers: changeHeaders, body })
    expect(answer).toMatchObject({ status: 400, headers: { 'x-frame-options': 'DENY' } })
  })

  it('refuses a form and a large body with its headers', async () => {
    const form = { ...changeHeaders, 'content-type': 'application/x-www-form-urlencoded' }
    const forged = await send(`${url}/api/replay`, { method: 'POST', headers: form, body: 'key=a' })
    expect(forged).toMatchObject({ status: 403, headers: { 'content-security-policy': expect.any(String) } })
    const large = await post(`${url}/api/replay`, { key: 'x'.repeat(70_000) })
    expect(large).toMatchObject({ status: 413, headers: { 'content-security-policy': expect.any(String) } })
  })

  it('answers other methods and addresses with its headers', async () => {
    for (const method of ['PUT', 'DELETE', 'OPTIONS', 'PATCH'])
      expect(await send(`${url}/api/session`, { method, headers: { 'content-length': '0' } })).toMatchObject({
        status: 405,
        headers: { 'x-frame-options': 'DENY' },
      })
    expect(await send(`${url}/none`)).toMatchObject({ status: 404, headers: { 'x-frame-options': 'DENY' } })
  })

  // Where requests are web-standard, the host has resolved it before its routes.
  it
    .runIf(name !== 'fetch')
    .each([
      '/x/../api/session',
      '/./api/session',
      '/x/%2e%2e/api/session',
      '/x/.%2E/api/session',
      '/x/..\\api\\session',
      '\\api/session',
    ])('does not take %s for the address that it resolves to', async (path) => {
    expect((await send(url, { path: `/admin/console${path}` })).text).not.toContain('SQLite')
  })

  it('tells authorize the address and the request of the host', async () => {
    await send(`${url}/api/session?a=1`)
    expect(seen!.url).toBe(`${url}/api/session?a=1`)
    expect(seen!.context.remoteAddress).toBe('127.0.0.1')
    expect(typeof seen!.context.host).toBe(name === 'fetch' ? 'undefined' : 'object')
  })

  it('leaves other paths of the application alone', async () => {
    const sibling = await send(url.replace('/admin/console', '/sibling'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"a":1}',
    })
    expect(sibling.text).toBe('{"a":1}')
    const other = await send(url.replace('/admin/console', '/admin/consoles'))
    expect(other.status).toBe(404)
  })

  it.runIf(!['node:http', 'fetch'].includes(name))('believes a trusted proxy about the host', async () => {
    const proxied = { 'x-forwarded-host': 'app.example', 'x-forwarded-proto': 'https', origin: 'https://app.example' }
    expect((await post(`${url}/api/replay`, { key: 'none' }, proxied)).status).toBe(404)
    expect((await post(`${url}/api/replay`, { key: 'none' }, { origin: 'https://app.example' })).status).toBe(403)
  })
})

describe('mount', () => {
  it.each([undefined, {}, () => {}, () => Promise.resolve(new Response())])('refuses %o', (handler) => {
    expect(() => expressMount(handler as never)).toThrow(
      /pass what createConsole returns|must be what createConsole returns/,
    )
  })
})

describe('an app that sets headers before', () => {
  const policy = "default-src 'unsafe-inline'"
  const headers = { 'content-security-policy': policy, 'x-frame-options': 'SAMEORIGIN', 'x-own': 'kept' }
  const apps: Readonly<Record<string, (handler: ConsoleHandler) => Server | Promise<Server>>> = {
    'Express 5': (handler) =>
      createServer(
        express()
          .use((_request, response, next) => {
            response.set(headers)
            next()
          })
          .use('/console', expressMount(handler)),
      ),
    'Koa 3': (handler) =>
      createServer(
        new Koa()
          .use((context, next) => {
            context.set(headers)
            return next()
          })
          .use(koaMount(handler))
          .callback(),
      ),
    'Fastify 5': async (handler) => {
      const app = fastify()
      app.addHook('onRequest', async (_request, reply) => void reply.headers(headers))
      await app.register(fastifyMount(handler), { prefix: '/console' })
      await app.ready()
      return app.server
    },
  }

  it.each(Object.entries(apps))('has the policy of the console alone in %s', async (_name, open) => {
    const server = await open(createConsole({ inbox, authorize: () => 'view', basePath: '/console' }))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    for (const path of ['/console', '/console/api/session', '/console/none']) {
      const answer = await send(`http://127.0.0.1:${port}${path}`)
      expect(answer.headers['content-security-policy']).toMatch(/^default-src 'none'; [^,]*$/)
      expect(answer.headers).toMatchObject({ 'x-frame-options': 'DENY', 'x-own': 'kept' })
    }
    server.close()
  })
})

describe('a prefix with a parameter in Fastify', () => {
  it('is what the visitor asked for', async () => {
    const app = fastify()
    const handler = createConsole({ inbox, authorize: (_request, { basePath }) => (basePath ? 'view' : 'none') })
    await app.register(fastifyMount(handler), { prefix: '/teams/:team/console' })
    for (const path of ['/teams/a/console', '/teams/a/console/events?q=/x/'])
      expect((await app.inject(path)).body).toContain('<meta name="sallyport-base" content="/teams/a/console/">')
    expect((await app.inject('/teams/a/console/api/session')).statusCode).toBe(200)
    await app.close()
  })
})

describe('publicPath', () => {
  it('is what browsers see where a proxy removes a part of the path', async () => {
    const handle = createConsole({ inbox, authorize: () => 'view', basePath: '/console', publicPath: '/team/console/' })
    const page = await (await handle(new Request('http://localhost/console/events'))).text()
    expect(page).toContain('content="/team/console/"')
  })

  it('never names another host', async () => {
    const handle = createConsole({ inbox, authorize: () => 'view' })
    const answer = await handle(new Request('http://localhost//evil.example/'), { basePath: '//evil.example' })
    expect(await answer.text()).not.toContain('//evil.example')
  })
})
