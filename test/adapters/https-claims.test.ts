import { createServer, type RequestListener, type Server } from 'node:http'
import { connect, type ClientHttp2Session } from 'node:http2'
import { once } from 'node:events'
import { configure } from '@codegenie/serverless-express'
import awsLambdaFastify from '@fastify/aws-lambda'
import { createAdaptorServer } from '@hono/node-server'
import { createReceiver, type Provider, type Receiver } from 'sallyport'
import { webhook as expressWebhook } from 'sallyport/express'
import { webhook as fastifyWebhook } from 'sallyport/fastify'
import { webhook as fetchWebhook, type FetchContext } from 'sallyport/fetch'
import { webhook as koaWebhook } from 'sallyport/koa'
import { webhook as nodeWebhook } from 'sallyport/node'
import { withHttps } from 'sallyport/provider'
import { sonzai } from 'sallyport/providers/sonzai'
import type { MountReceiver } from '@sallyport/contracts'
import express from 'express'
import express4 from 'express4'
import Fastify from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import Koa2 from 'koa2'
import serverless from 'serverless-http'
import { afterEach, describe, expect, it } from 'vitest'
import { sonzaiDelivery, secret } from '../../packages/contracts/src/adapter/deliveries.ts'
import { openEndpoint, type Endpoint } from '../../packages/contracts/src/adapter/endpoint.ts'
import { rawHead } from '../../packages/contracts/src/adapter/raw-request.ts'
import { bridge } from '../support/adapters/fetch-bridge.ts'
import { listen } from '../support/adapters/listen.ts'
import { http2Mounts, mounts } from '../support/adapters/mounts.ts'

const usual = sonzai()
const overHttps: Provider = { ...usual, scheme: withHttps(usual.scheme) }
const claims = { 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'receiver.example', Forwarded: 'proto=https' }

const opened: Endpoint[] = []
const errors: unknown[] = []
afterEach(async () => {
  errors.length = 0
  for (const one of opened.splice(0)) await one.close()
})

async function open(serve: MountReceiver): Promise<Endpoint<Receiver>> {
  const endpoint = await openEndpoint(serve, { provider: overHttps })
  endpoint.receiver.onError((error) => void errors.push(error))
  opened.push(endpoint)
  return endpoint
}

/** Posts a delivery over a raw socket, to a request target of the sender's choice. */
async function postTo(endpoint: Endpoint, target: string): Promise<unknown> {
  const { plainHeaders, body } = sonzaiDelivery({ headers: claims })
  const connection = await endpoint.connect()
  const head = rawHead({ url: endpoint.url, headers: plainHeaders }, body.length)
  connection.send(head.replace(/^POST \S+/, `POST ${target}`), body)
  return connection.read()
}

// What a proxy that is trusted says counts for the address, not for HTTPS: withHttps names its header.
const trusting: Readonly<Record<string, (receiver: Pick<Receiver, 'receive'>) => Promise<Server>>> = {
  async 'Express 5'(receiver) {
    return createServer(express().enable('trust proxy').use(expressWebhook(receiver)))
  },
  async 'Express 4'(receiver) {
    return createServer(express4().enable('trust proxy').use(expressWebhook(receiver)))
  },
  async 'Koa 3'(receiver) {
    return createServer(new Koa({ proxy: true }).use(koaWebhook(receiver)).callback())
  },
  async 'Koa 2'(receiver) {
    return createServer(new Koa2({ proxy: true }).use(koaWebhook(receiver)).callback())
  },
  async 'Fastify 5'(receiver) {
    const app = Fastify({ trustProxy: true })
    app.register(fastifyWebhook(receiver), { prefix: '/in/hook' })
    await app.ready()
    return app.server
  },
}

describe.each(Object.entries(trusting))('%s that trusts its proxies', (_name, toServer) => {
  it.each(['/in/hook', 'https://receiver.example/in/hook', 'http://receiver.example/in/hook'])(
    'takes no HTTPS from the target %s and headers',
    async (target) => {
      const endpoint = await open(async (receiver) => listen(await toServer(receiver)))
      expect(await postTo(endpoint, target)).toMatchObject({ status: 403 })
      expect(endpoint.handled).toEqual([])
    },
  )
})

const fetchServers: Readonly<Record<string, (handle: (request: Request) => Promise<Response>) => Server>> = {
  'URL and Request': (handle) => bridge(handle),
  '@hono/node-server': (handle) =>
    createAdaptorServer({ fetch: new Hono().all('*', (context) => handle(context.req.raw)).fetch }) as Server,
}

describe.each(Object.entries(fetchServers))('fetch over %s', (_name, toServer) => {
  const targets = ['/in/hook', 'https://receiver.example/in/hook', 'HTTPS://receiver.example/in/hook']
  const serve = (context?: FetchContext) =>
    open(async (receiver) => {
      const handle = fetchWebhook(receiver)
      return listen(toServer((request) => handle(request, context)))
    })

  it.each(targets)('says that nothing declares HTTPS, for %s', async (target) => {
    const endpoint = await serve()
    const { status } = (await postTo(endpoint, target)) as { status: number }
    expect(endpoint.handled).toEqual([])
    // The bridge answers what it cannot read.
    if (endpoint.reports.length === 0) return expect(status).toBe(400)
    expect(status).toBe(500)
    expect(String(errors[0])).toContain('pass secure')
  })

  it.each(targets)('believes its host, for %s', async (target) => {
    const endpoint = await serve({ secure: false })
    await postTo(endpoint, target)
    expect(endpoint.handled).toEqual([])
    const encrypted = await serve({ secure: true })
    await postTo(encrypted, '/in/hook')
    expect(encrypted.handled).toHaveLength(1)
  })
})

describe.each(Object.entries(http2Mounts))('%s over HTTP/2 without TLS', (_name, mount) => {
  it('takes no HTTPS from the scheme and authority', async () => {
    const endpoint = await open(async (receiver) => mount('HTTP/2 cleartext')(receiver, { before: 'nothing' }))
    const { origin, pathname } = new URL(endpoint.url)
    const client: ClientHttp2Session = connect(origin)
    client.on('error', () => {})
    const { plainHeaders, body } = sonzaiDelivery({ headers: claims })
    const stream = client.request({
      ...plainHeaders,
      ':method': 'POST',
      ':path': pathname,
      ':scheme': 'https',
      ':authority': 'receiver.example',
    })
    stream.end(body)
    const [{ ':status': status }] = (await once(stream, 'response')) as [{ ':status': number }]
    stream.resume()
    client.destroy()
    expect(status).toBe(403)
    expect(endpoint.handled).toEqual([])
  })
})

describe.each(Object.entries(mounts))('%s, given an absolute target', (_name, mount) => {
  it('passes path and query', async () => {
    const endpoint = await openEndpoint(mount(), {})
    opened.push(endpoint)
    const urls: string[] = []
    endpoint.receiver.onAny((_event, { delivery }) => void urls.push(delivery.url))
    const { pathname } = new URL(endpoint.url)
    for (const origin of ['', 'http://other.example', 'https://user:pass@other.example:99'])
      await postTo(endpoint, `${origin}${pathname}?a=%2F`)
    expect(urls.length).toBeGreaterThanOrEqual(1)
    expect(new Set(urls)).toEqual(new Set([`${pathname}?a=%2F`]))
  })
})

const context = { awsRequestId: 'request-1', getRemainingTimeInMillis: () => 30_000 }
const toEvent = (): Record<string, unknown> => {
  const { plainHeaders, body } = sonzaiDelivery({ headers: claims })
  return {
    version: '2.0',
    rawPath: '/hook',
    rawQueryString: '',
    headers: Object.fromEntries(Object.entries(plainHeaders).map(([name, value]) => [name.toLowerCase(), value])),
    body: Buffer.from(body).toString('base64'),
    isBase64Encoded: true,
    requestContext: { http: { method: 'POST', path: '/hook', sourceIp: '192.0.2.7' }, stage: '$default' },
  }
}

// A load balancer may call a function for a plain HTTP request too, and these bridges call every request encrypted.
const bridges: Readonly<Record<string, (receiver: Receiver) => Promise<unknown>>> = {
  async 'serverless-http'(receiver) {
    const handle = nodeWebhook(receiver)
    const app = { handle: ((request, response) => void handle(request, response)) as RequestListener }
    return serverless(app)(toEvent(), context)
  },
  async '@codegenie/serverless-express'(receiver) {
    const call = configure({ app: express().use(expressWebhook(receiver)) }) as (
      ...input: unknown[]
    ) => Promise<unknown>
    return call(toEvent(), context)
  },
  async '@fastify/aws-lambda'(receiver) {
    const app = Fastify()
    app.register(fastifyWebhook(receiver), { prefix: '/hook' })
    return awsLambdaFastify(app)(toEvent(), context as never)
  },
}

describe.each(Object.entries(bridges))('%s, which has no connection', (_name, call) => {
  it('does not show HTTPS', async () => {
    const receiver = createReceiver(overHttps, { secret }).onError((error) => void errors.push(error))
    expect(await call(receiver)).toMatchObject({ statusCode: 500 })
    expect(errors).toMatchObject([{ code: 'REQUEST_UNREADABLE' }])
  })

  it('shows it by the header of a declared proxy', async () => {
    const scheme = withHttps(usual.scheme, { forwardedHeader: 'x-forwarded-proto' })
    expect(await call(createReceiver({ ...usual, scheme }, { secret }))).toMatchObject({ statusCode: 200 })
  })
})
