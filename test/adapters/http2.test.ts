import type { ClientHttp2Stream } from 'node:http2'
import { describeError, type ErrorCode } from 'sallyport'
import { withHttps } from 'sallyport/provider'
import { sonzai } from 'sallyport/providers/sonzai'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { sonzaiDelivery } from '../../packages/contracts/src/adapter/deliveries.ts'
import {
  expectCounts,
  openEndpoint,
  type Endpoint,
  type EndpointSettings,
} from '../../packages/contracts/src/adapter/endpoint.ts'
import { refusals } from '../../packages/contracts/src/adapter/refusals.ts'
import { connectHttp2, readAnswer, type Http2Client } from '../support/adapters/http2-client.ts'
import { http2Mounts } from '../support/adapters/mounts.ts'
import type { Transport } from '../support/adapters/transports.ts'

const transports: readonly Transport[] = ['HTTP/2 cleartext', 'HTTP/2']
const places = Object.entries(http2Mounts).flatMap(([name, mount]) =>
  transports.map((transport) => ({ name, transport, mount })),
)

const trouble: unknown[] = []
const note = (error: unknown): void => void trouble.push(error)
const closing: (() => unknown)[] = []

beforeEach(() => {
  process.on('unhandledRejection', note).on('uncaughtException', note).on('warning', note)
})

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
  await new Promise((resolve) => setImmediate(resolve))
  process.off('unhandledRejection', note).off('uncaughtException', note).off('warning', note)
  expect(trouble.splice(0)).toEqual([])
})

describe.each(places)('$name over $transport', ({ name, transport, mount }) => {
  const isFetch = name === '@hono/node-server'

  async function open(settings?: EndpointSettings): Promise<{ endpoint: Endpoint; client: Http2Client }> {
    const endpoint = await openEndpoint(mount(transport), settings)
    const client = await connectHttp2(endpoint.url)
    closing.push(
      () => endpoint.close(),
      () => client.session.destroy(),
    )
    return { endpoint, client }
  }

  it('accepts a delivery without aborting its signal', async () => {
    const signals: AbortSignal[] = []
    const { client } = await open({ handler: (_event, { signal }) => void signals.push(signal) })
    const delivery = sonzaiDelivery()
    expect(await client.send(delivery)).toEqual({ status: 200, body: { outcome: 'handled' } })
    expect(await client.send(delivery)).toEqual({ status: 200, body: { outcome: 'duplicate' } })
    expect(signals.map(({ aborted }) => aborted)).toEqual([false])
  })

  it('gives every code its answer of HTTP/1.1', async () => {
    const answers: Record<string, unknown> = {}
    for (const [code, { settings, refused }] of Object.entries(refusals)) {
      const { client } = await open(settings?.())
      const { status, body } = await client.send(refused())
      answers[code] = { status, code: (body as { code?: string } | undefined)?.code }
    }
    const expected = Object.fromEntries(
      Object.keys(refusals).map((code) => [code, { status: describeError(code as ErrorCode).status, code }]),
    )
    // Headers joins repeated values.
    const duplicated = isFetch ? { HEADER_DUPLICATED: { status: 400, code: 'SIGNATURE_MALFORMED' } } : {}
    const rejected = { DELIVERY_REJECTED: { status: 409, code: 'DELIVERY_REJECTED' } }
    expect(answers).toEqual({ ...expected, ...rejected, ...duplicated })
  })

  it('rejects from the headers before the body arrives', async () => {
    const { client } = await open()
    const stream = client.begin(sonzaiDelivery(), { 'sonzai-signature': undefined })
    stream.write('{')
    expect(await readAnswer(stream)).toMatchObject({ status: 401, body: { code: 'SIGNATURE_MISSING' } })
  })

  it('rejects a stalled body without a header HTTP/2 forbids', async () => {
    const { client } = await open({ options: { bodyTimeoutMs: 40 } })
    const stream = client.begin(sonzaiDelivery())
    stream.write('{')
    expect(await readAnswer(stream)).toMatchObject({ status: 408, body: { code: 'BODY_TIMEOUT' } })
  })

  it('lets the sender of a huge body read its answer', async () => {
    const { client } = await open()
    const stream = client.begin(sonzaiDelivery())
    stream.on('error', () => {})
    stream.end(Buffer.alloc(3_000_000))
    expect(await readAnswer(stream)).toMatchObject({ status: 413, body: { code: 'BODY_TOO_LARGE' } })
    expect(await client.send(sonzaiDelivery())).toMatchObject({ status: 200 })
  })

  it('rejects a signature header sent twice', async () => {
    const { endpoint, client } = await open()
    const delivery = sonzaiDelivery()
    const signature = delivery.plainHeaders['Sonzai-Signature']!
    expect(await client.send(delivery, { 'sonzai-signature': [signature, signature] })).toMatchObject({ status: 400 })
    expect(endpoint.handled).toHaveLength(0)
  })

  it('takes HTTPS from the connection, not from :scheme', async () => {
    const usual = sonzai()
    const { client } = await open({ provider: { ...usual, scheme: withHttps(usual.scheme) } })
    const isEncrypted = transport === 'HTTP/2'
    for (const scheme of ['http', 'https']) {
      const { status } = await client.send(sonzaiDelivery(), { ':scheme': scheme, 'x-forwarded-proto': 'https' })
      expect(status).toBe(isEncrypted ? 200 : 403)
    }
  })

  it.each<[string, Record<string, string>]>([
    ['a path with a host', { ':path': 'https://elsewhere.example/in/hook' }],
    ['an asterisk', { ':path': '*' }],
    ['a path without a slash', { ':path': 'in/hook' }],
    ['another authority', { ':authority': 'elsewhere.example@a:b' }],
    ['another scheme', { ':scheme': 'file' }],
  ])('handles no forgery with %s', async (_name, headers) => {
    const { endpoint, client } = await open()
    const forged = { ...sonzaiDelivery(), body: Buffer.from('{"event_type":"agent.message"}') }
    await client.send(forged, headers).catch(() => {})
    expect(endpoint.handled).toHaveLength(0)
    expect(await client.send(sonzaiDelivery())).toMatchObject({ status: 200 })
  })

  it.each([-1, 1])('handles no body whose length is off by %d', async (difference) => {
    const { endpoint, client } = await open()
    const delivery = sonzaiDelivery()
    const length = String(delivery.body.length + difference)
    await client.send(delivery, { 'content-length': length }).catch(() => {})
    expect(endpoint.handled).toHaveLength(0)
    const next = await connectHttp2(endpoint.url)
    expect(await next.send(sonzaiDelivery())).toMatchObject({ status: 200 })
    next.session.destroy()
    await expectCounts(endpoint)
  })

  it('accepts trailers, and trusts none', async () => {
    const { endpoint, client } = await open()
    const { plainHeaders, body } = sonzaiDelivery()
    const trailed = (stream: ClientHttp2Stream, trailers: Record<string, string>): ClientHttp2Stream =>
      stream.on('wantTrailers', () => stream.sendTrailers(trailers)).end(body)
    const options = { waitForTrailers: true }
    const all = Object.fromEntries(Object.entries(plainHeaders).map(([key, value]) => [key.toLowerCase(), value]))
    const { 'sonzai-signature': signature, ...unsigned } = all
    const target = { ':method': 'POST', ':path': '/in/hook' }
    const late = trailed(client.session.request({ ...target, ...unsigned }, options), {
      'sonzai-signature': signature!,
    })
    expect(await readAnswer(late)).toMatchObject({ status: 401, body: { code: 'SIGNATURE_MISSING' } })
    const usual = trailed(client.session.request({ ...target, ...all }, options), { 'x-checksum': 'a' })
    expect(await readAnswer(usual)).toMatchObject({ status: 200 })
    expect(endpoint.handled).toHaveLength(1)
  })

  it('accepts headers that need CONTINUATION frames', async () => {
    const { client } = await open()
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`x-${index}`, 'a'.repeat(1000)]))
    expect(await client.send(sonzaiDelivery(), many)).toMatchObject({ status: 200 })
  })

  it.each(['GOAWAY', 'a reset'])('survives %s during an upload', async (manner) => {
    const { endpoint, client } = await open()
    const { session } = client
    const stream = client.begin(sonzaiDelivery())
    stream.on('error', () => {})
    stream.write('{')
    expect(await client.send(sonzaiDelivery())).toMatchObject({ status: 200 })
    if (manner === 'GOAWAY') session.destroy(undefined, 2)
    else session.socket.destroy()
    await endpoint.reported('BODY_ABORTED')
    expect(endpoint.handled).toHaveLength(1)
    const next = await connectHttp2(endpoint.url)
    expect(await next.send(sonzaiDelivery())).toMatchObject({ status: 200 })
    next.session.destroy()
    await expectCounts(endpoint)
  })

  it('signals RST_STREAM to the handler and keeps its result', async () => {
    const entered = Promise.withResolvers<void>()
    const gone = Promise.withResolvers<void>()
    const release = Promise.withResolvers<void>()
    const { endpoint, client } = await open({
      async handler(_event, { signal }) {
        signal.addEventListener('abort', () => gone.resolve(), { once: true })
        entered.resolve()
        await release.promise
      },
    })
    const delivery = sonzaiDelivery()
    const stream = client.begin(delivery)
    stream.on('error', () => {})
    stream.end(delivery.body)
    await entered.promise
    stream.close(8)
    await gone.promise
    release.resolve()
    await vi.waitFor(async () => {
      expect(await client.send(delivery)).toEqual({ status: 200, body: { outcome: 'duplicate' } })
    }, 20_000)
    expect(endpoint.handled).toHaveLength(1)
    expect(endpoint.reports).toEqual([])
  })

  it('finishes a stream after GOAWAY', async () => {
    const { endpoint, client } = await open()
    const delivery = sonzaiDelivery()
    const stream = client.begin(delivery)
    // Once the next is answered, the server has the head of this one.
    expect(await client.send(sonzaiDelivery())).toMatchObject({ status: 200 })
    client.session.close()
    stream.end(delivery.body)
    expect(await readAnswer(stream)).toMatchObject({ status: 200 })
    expect(endpoint.handled).toHaveLength(2)
  })

  it('keeps 100 streams apart', async () => {
    const { endpoint, client } = await open()
    const deliveries = Array.from({ length: 100 }, (_, index) => ({
      ...sonzaiDelivery(index % 2 === 0 ? {} : { secret: 'whsec_of-somebody-else' }),
    }))
    const streams = deliveries.map((delivery) => client.begin(delivery))
    // Bodies in halves, so that all are under way at once.
    for (const [index, stream] of streams.entries()) stream.write(deliveries[index]!.body.subarray(0, 20))
    for (const [index, stream] of streams.entries()) stream.end(deliveries[index]!.body.subarray(20))
    const answers = await Promise.all(streams.map(readAnswer))
    expect(answers.map(({ status }) => status)).toEqual(deliveries.map((_, index) => (index % 2 === 0 ? 200 : 401)))
    expect(endpoint.handled).toHaveLength(50)
    await expectCounts(endpoint)
  })
})
