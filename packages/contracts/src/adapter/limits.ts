import { expect } from 'vitest'
import { sonzaiDelivery } from './deliveries.ts'
import { expectProblem } from './problem-document.ts'
import { lastChunk, rawChunk, rawHead, rawRequest } from './raw-request.ts'
import type { Suite } from './suite.ts'

const maxBodyBytes = 1000
const sized = (bytes: number): string => `{"event_type":"agent.message"}`.padEnd(bytes, ' ')

/** The body limit, for announced and chunked lengths, and the body timeout. */
export function checkLimits({ it, open }: Suite): void {
  it('accepts a body of exactly the limit, announced or chunked', async () => {
    const endpoint = await open({ options: { maxBodyBytes } })
    const delivery = sonzaiDelivery({ body: sized(maxBodyBytes) })
    await endpoint.post(delivery).expect(200, { outcome: 'handled' })
    const connection = await endpoint.connect()
    connection.send(
      rawHead({ url: endpoint.url, headers: delivery.plainHeaders }, 'chunked'),
      rawChunk(delivery.body),
      lastChunk,
    )
    expect((await connection.read()).body.toString()).toBe('{"outcome":"duplicate"}')
  })

  it('rejects an announced length above the limit', async () => {
    const endpoint = await open({ options: { maxBodyBytes } })
    const { plainHeaders } = sonzaiDelivery({ body: sized(maxBodyBytes + 1) })
    for (const length of [maxBodyBytes + 1, Number.MAX_SAFE_INTEGER]) {
      const connection = await endpoint.connect()
      connection.send(rawHead({ url: endpoint.url, headers: plainHeaders }, length))
      expectProblem(await connection.read(), 'BODY_TOO_LARGE')
    }
  })

  it('rejects a chunked body as soon as it exceeds the limit', async () => {
    const endpoint = await open({ options: { maxBodyBytes } })
    const connection = await endpoint.connect()
    const delivery = sonzaiDelivery({ body: sized(4 * maxBodyBytes) })
    connection.send(rawHead({ url: endpoint.url, headers: delivery.plainHeaders }, 'chunked'))
    connection.send(
      rawChunk(delivery.body.subarray(0, maxBodyBytes)),
      rawChunk(delivery.body.subarray(maxBodyBytes, maxBodyBytes + 1)),
    )
    expectProblem(await connection.read(), 'BODY_TOO_LARGE')
    const next = sonzaiDelivery()
    connection.send(rawChunk(delivery.body.subarray(maxBodyBytes + 1)), lastChunk)
    connection.send(rawRequest({ url: endpoint.url, headers: next.plainHeaders }, next.body))
    expect((await connection.read()).status).toBe(200)
    expect(endpoint.handled).toHaveLength(1)
  })

  it('lets the sender of a huge body read its answer', async () => {
    const endpoint = await open({ options: { maxBodyBytes } })
    const delivery = sonzaiDelivery({ body: sized(5_000_000) })
    for (const framing of [delivery.body.length, 'chunked'] as const) {
      const connection = await endpoint.connect()
      const body = framing === 'chunked' ? [rawChunk(delivery.body), lastChunk] : [delivery.body]
      connection.send(rawHead({ url: endpoint.url, headers: delivery.plainHeaders }, framing), ...body)
      expectProblem(await connection.read(), 'BODY_TOO_LARGE')
      const next = sonzaiDelivery()
      connection.send(rawRequest({ url: endpoint.url, headers: next.plainHeaders }, next.body))
      expect((await connection.read()).status).toBe(200)
    }
  })

  it('answers a huge body sent with Connection: close', async () => {
    const endpoint = await open({ options: { maxBodyBytes } })
    const delivery = sonzaiDelivery({ body: sized(5_000_000), headers: { connection: 'close' } })
    for (const framing of [delivery.body.length, 'chunked'] as const) {
      const connection = await endpoint.connect()
      const body = framing === 'chunked' ? [rawChunk(delivery.body), lastChunk] : [delivery.body]
      connection.send(rawHead({ url: endpoint.url, headers: delivery.plainHeaders }, framing), ...body)
      expectProblem(await connection.read(), 'BODY_TOO_LARGE')
      await connection.closed
    }
  })

  for (const framing of ['announced', 'chunked'] as const) {
    it(`answers 408 to a body that stalls (${framing})`, async () => {
      const endpoint = await open({ options: { bodyTimeoutMs: 250 } })
      const connection = await endpoint.connect()
      const { plainHeaders, body } = sonzaiDelivery()
      const head = rawHead({ url: endpoint.url, headers: plainHeaders }, framing === 'chunked' ? framing : body.length)
      const half = body.subarray(0, body.length >> 1)
      connection.send(head, framing === 'chunked' ? rawChunk(half) : half)
      expectProblem(await connection.read(), 'BODY_TIMEOUT')
      expect(endpoint.handled).toHaveLength(0)
      await endpoint.post(sonzaiDelivery()).expect(200)
    })
  }

  it('answers 408 to a body that never stops dripping', async () => {
    const endpoint = await open({ options: { bodyTimeoutMs: 250 } })
    const connection = await endpoint.connect()
    connection.send(rawHead({ url: endpoint.url, headers: sonzaiDelivery().plainHeaders }, 'chunked'))
    const dripping = setInterval(() => connection.send(rawChunk(Buffer.from(' '))), 5)
    expectProblem(await connection.read().finally(() => clearInterval(dripping)), 'BODY_TIMEOUT')
    expect(endpoint.handled).toHaveLength(0)
  })

  it('closes the connection after a stalled body', async () => {
    const endpoint = await open({ options: { bodyTimeoutMs: 250 } })
    for (const headers of [{}, { Connection: 'close' }]) {
      const connection = await endpoint.connect()
      connection.send(rawHead({ url: endpoint.url, headers: sonzaiDelivery({ headers }).plainHeaders }, 10))
      expect((await connection.read()).headers.get('connection')).toBe('close')
      await connection.closed
    }
  })
}
