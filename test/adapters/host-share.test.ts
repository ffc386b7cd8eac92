import { createServer as createHttp2Server, getDefaultSettings } from 'node:http2'
import { createServer, type Server } from 'node:http'
import { readFileSync } from 'node:fs'
import { createAdaptorServer } from '@hono/node-server'
import { createReceiver, type Receiver } from 'sallyport'
import { webhook as fastifyWebhook } from 'sallyport/fastify'
import { webhook } from 'sallyport/node'
import { sonzai } from 'sallyport/providers/sonzai'
import express from 'express'
import Fastify from 'fastify'
import Koa from 'koa'
import { afterEach, describe, expect, it } from 'vitest'
import { secret, sonzaiDelivery } from '../../packages/contracts/src/adapter/deliveries.ts'
import { connectRaw, type RawConnection } from '../../packages/contracts/src/adapter/raw-connection.ts'
import { rawHead } from '../../packages/contracts/src/adapter/raw-request.ts'
import { frame, opening, toBlock, types } from '../support/adapters/http2-frames.ts'
import { listen, prefix, route } from '../support/adapters/listen.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

const make = (): Receiver => createReceiver(sonzai(), { secret })

async function open(server: Server): Promise<{ url: string; connection: RawConnection }> {
  const { url, close } = await listen(server)
  const connection = await connectRaw(url)
  closing.push(close, () => connection.reset())
  return { url, connection }
}

/** A framework's server as it listens by default. */
function started(listenNow: { listen(port: number): Server }): Server {
  const server = listenNow.listen(0)
  closing.push(() => server.close())
  return server
}

describe('the timeouts of hosts', () => {
  const servers: Readonly<Record<string, () => Server>> = {
    'node:http': () => createServer(),
    Express: () => started(express()),
    Koa: () => started(new Koa()),
    Fastify: () => Fastify().server,
    '@hono/node-server': () => createAdaptorServer({ fetch: () => new Response() }) as Server,
    'node:http2': () => createHttp2Server() as unknown as Server,
  }

  it('are those in docs/security.md', () => {
    const seconds = (value: number | undefined): string => (value ? `${value / 1000} s` : 'none')
    const rows = Object.entries(servers).map(([name, create]) => {
      const { headersTimeout, requestTimeout, keepAliveTimeout } = create() as Partial<Server>
      return [name, seconds(headersTimeout), seconds(requestTimeout), seconds(keepAliveTimeout)]
    })
    const text = readFileSync(new URL('../../docs/security.md', import.meta.url), 'utf8')
    const [, table] = /\| Host +\| `server.headersTimeout`[^\n]*\n[^\n]*\n((?:\|[^\n]*\n)+)/.exec(text)!
    const documented = table!
      .trimEnd()
      .split('\n')
      .map((line) =>
        line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim().replaceAll('`', '')),
      )
    expect(documented).toEqual(rows)
  })

  it('are looked at every 30 seconds', () => {
    expect(createServer()).toHaveProperty('connectionsCheckingInterval', 30_000)
  })

  it('let HTTP/2 open any number of streams, for any time', () => {
    expect(getDefaultSettings().maxConcurrentStreams).toBe(4_294_967_295)
    expect(createHttp2Server()).toHaveProperty('timeout', 0)
    expect(Fastify({ http2: true }).initialConfig).toHaveProperty('http2SessionTimeout', 72_000)
  })

  it('end idle HTTP/2 sessions where one is set', async () => {
    const { connection } = await open(createHttp2Server().setTimeout(60) as unknown as Server)
    connection.send(opening, frame(types.headers, 0, 1, toBlock([[':method', 'POST']])))
    await connection.closed
  })

  it('end slow headers before the receiver sees them', async () => {
    const receiver = make()
    const options = { headersTimeout: 60, connectionsCheckingInterval: 10 }
    const fastify = Fastify({ http: options })
    await fastify.register(fastifyWebhook(receiver), { prefix: prefix + route })
    await fastify.ready()
    closing.push(() => fastify.close())
    for (const server of [createServer(options, webhook(receiver)), fastify.server]) {
      const { connection } = await open(server)
      connection.send('POST /in/hook HTTP/1.1\r\nHost: a\r\nX-Slow: ')
      expect((await connection.read()).status).toBe(408)
      await connection.closed
    }
    expect(receiver.counts()).toEqual({ outcomes: {}, codes: {} })
  })
})

describe('100 Continue', () => {
  it('is sent by Node before the receiver sees the headers', async () => {
    const { url, connection } = await open(createServer(webhook(make())))
    const { plainHeaders } = sonzaiDelivery({ headers: { 'sonzai-signature': undefined, Expect: '100-continue' } })
    connection.send(rawHead({ url, headers: plainHeaders }, 100))
    expect((await connection.readAny()).status).toBe(100)
    expect((await connection.readAny()).status).toBe(401)
  })
})
