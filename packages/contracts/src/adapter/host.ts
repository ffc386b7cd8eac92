import { expect } from 'vitest'
import supertest from 'supertest'
import { sonzaiDelivery } from './deliveries.ts'
import { lastChunk, rawChunk, rawHead, rawRequest } from './raw-request.ts'
import type { Suite } from './suite.ts'

/** How the receiver lives with its host: parsers that ran first, routes beside it, routers above it. */
export function checkHost({ test, open }: Suite): void {
  test('refuses to verify what a parser has left of a body', async () => {
    const endpoint = await open({ before: 'json-parser' })
    const connection = await endpoint.connect()
    // Twice: the refusal must not cost the connection.
    for (const delivery of [sonzaiDelivery(), sonzaiDelivery()]) {
      connection.send(rawRequest({ url: endpoint.url, headers: delivery.plainHeaders }, delivery.body))
      const response = await connection.read()
      expect(JSON.parse(response.body.toString())).toMatchObject({ status: 500, code: 'BODY_ALREADY_PARSED' })
    }
    expect(endpoint.handled).toHaveLength(0)
    expect(endpoint.reports).toHaveLength(2)
    expect(endpoint.reports[1]).toMatchObject({ code: 'BODY_ALREADY_PARSED', outcome: 'failed' })
  })

  test('verifies the raw bytes that a host has kept', async () => {
    const endpoint = await open({ before: 'raw-bytes' })
    const delivery = sonzaiDelivery({ body: '{"event_type":"agent.message", "content":"🌸"}\r\n' })
    await endpoint.post(delivery).expect(200, { outcome: 'handled' })
    expect(Buffer.from(endpoint.handled[0]!.body).equals(delivery.body)).toBe(true)
    await endpoint.post({ ...delivery, body: Buffer.from('{"event_type":"agent.message"}') }).expect(401)
  })

  test('holds raw bytes that a host has kept to the limit', async () => {
    const endpoint = await open({ before: 'raw-bytes', options: { maxBodyBytes: 30 } })
    const { plainHeaders, body } = sonzaiDelivery()
    const connection = await endpoint.connect()
    connection.send(rawHead({ url: endpoint.url, headers: plainHeaders }, 'chunked'), rawChunk(body), lastChunk)
    expect((await connection.read()).status).toBe(413)
  })

  test('does not take text for raw bytes', async () => {
    const endpoint = await open({ before: 'raw-text' })
    const response = await endpoint.post(sonzaiDelivery()).expect(500)
    expect(response.body).toMatchObject({ code: 'BODY_ALREADY_PARSED' })
    expect(endpoint.handled).toHaveLength(0)
  })

  test('leaves the routes beside it alone', async () => {
    const endpoint = await open()
    const askSibling = async (): Promise<void> => {
      const { origin, pathname } = new URL(endpoint.siblingUrl)
      await supertest(origin)
        .post(pathname)
        .send({ parsed: ['by', 'the host'] })
        .expect(200, { parsed: ['by', 'the host'] })
    }
    await askSibling()
    await endpoint.post(sonzaiDelivery()).expect(200)
    await endpoint.post(sonzaiDelivery({ headers: { 'sonzai-signature': undefined } })).expect(401)
    await askSibling()
  })

  test('tells the URL as it was requested', async () => {
    const endpoint = await open()
    const delivery = sonzaiDelivery()
    const connection = await endpoint.connect()
    const url = `${endpoint.url}?tenant=a%2Fb&empty=&tenant=c`
    connection.send(rawRequest({ url, headers: delivery.plainHeaders }, delivery.body))
    expect((await connection.read()).status).toBe(200)
    expect(endpoint.handled[0]!.url).toBe(url.slice(new URL(url).origin.length))
    expect(endpoint.handled[0]!.method).toBe('POST')
  })

  test('tells the address of the sender, to handlers and in reports', async () => {
    const endpoint = await open()
    await endpoint.post(sonzaiDelivery()).expect(200)
    expect(endpoint.handled[0]!.remoteAddress).toMatch(/^(::1|(::ffff:)?127\.0\.0\.1)$/)
    await endpoint.post(sonzaiDelivery({ headers: { 'sonzai-signature': undefined } })).expect(401)
    expect(endpoint.reports[0]!.remoteAddress).toBe(endpoint.handled[0]!.remoteAddress)
  })

  test('tells every header of the delivery', async () => {
    const endpoint = await open()
    await endpoint.post(sonzaiDelivery({ headers: { 'X-Trace': 'abc' } })).expect(200)
    expect(endpoint.handled[0]!.headers.get('x-trace')).toBe('abc')
  })
}
