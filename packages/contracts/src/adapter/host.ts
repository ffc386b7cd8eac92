import { expect } from 'vitest'
import supertest from 'supertest'
import { sonzaiDelivery } from './deliveries.ts'
import { lastChunk, rawChunk, rawHead, rawRequest } from './raw-request.ts'
import type { Suite } from './suite.ts'

/** The receiver inside its host: parsers that ran first, other routes, parent routers. */
export function checkHost({ it, open }: Suite): void {
  it('rejects a body that the host has already parsed', async () => {
    const endpoint = await open({ before: 'json-parser' })
    const connection = await endpoint.connect()
    // Twice: the connection must survive the rejection.
    for (const delivery of [sonzaiDelivery(), sonzaiDelivery()]) {
      connection.send(rawRequest({ url: endpoint.url, headers: delivery.plainHeaders }, delivery.body))
      const response = await connection.read()
      expect(JSON.parse(response.body.toString())).toMatchObject({ status: 500, code: 'BODY_ALREADY_PARSED' })
    }
    expect(endpoint.handled).toHaveLength(0)
    expect(endpoint.reports).toHaveLength(2)
    expect(endpoint.reports[1]).toMatchObject({ code: 'BODY_ALREADY_PARSED', outcome: 'failed' })
  })

  it('verifies raw bytes kept by the host', async () => {
    const endpoint = await open({ before: 'raw-bytes' })
    const delivery = sonzaiDelivery({ body: '{"event_type":"agent.message", "content":"🌸"}\r\n' })
    await endpoint.post(delivery).expect(200, { outcome: 'handled' })
    expect(Buffer.from(endpoint.handled[0]!.body).equals(delivery.body)).toBe(true)
    await endpoint.post({ ...delivery, body: Buffer.from('{"event_type":"agent.message"}') }).expect(401)
  })

  it('applies the limit to raw bytes kept by the host', async () => {
    const endpoint = await open({ before: 'raw-bytes', options: { maxBodyBytes: 30 } })
    const { plainHeaders, body } = sonzaiDelivery()
    const connection = await endpoint.connect()
    connection.send(rawHead({ url: endpoint.url, headers: plainHeaders }, 'chunked'), rawChunk(body), lastChunk)
    expect((await connection.read()).status).toBe(413)
  })

  it('does not accept text as raw bytes', async () => {
    const endpoint = await open({ before: 'raw-text' })
    const response = await endpoint.post(sonzaiDelivery()).expect(500)
    expect(response.body).toMatchObject({ code: 'BODY_ALREADY_PARSED' })
    expect(endpoint.handled).toHaveLength(0)
  })

  it('leaves other routes alone', async () => {
    const endpoint = await open()
    const askSibling = async (): Promise<void> => {
      const { origin, pathname } = new URL(endpoint.siblingUrl)
      await supertest(origin)
        .post(pathname)
        .disableTLSCerts()
        .send({ parsed: ['by', 'the host'] })
        .expect(200, { parsed: ['by', 'the host'] })
    }
    await askSibling()
    await endpoint.post(sonzaiDelivery()).expect(200)
    await endpoint.post(sonzaiDelivery({ headers: { 'sonzai-signature': undefined } })).expect(401)
    await askSibling()
  })

  it('passes the URL to handlers as requested', async () => {
    const endpoint = await open()
    const delivery = sonzaiDelivery()
    const connection = await endpoint.connect()
    const url = `${endpoint.url}?tenant=a%2Fb&empty=&tenant=c`
    connection.send(rawRequest({ url, headers: delivery.plainHeaders }, delivery.body))
    expect((await connection.read()).status).toBe(200)
    expect(endpoint.handled[0]!.url).toBe(url.slice(new URL(url).origin.length))
    expect(endpoint.handled[0]!.method).toBe('POST')
  })

  it("passes the sender's address to handlers and reports", async () => {
    const endpoint = await open()
    await endpoint.post(sonzaiDelivery()).expect(200)
    expect(endpoint.handled[0]!.remoteAddress).toMatch(/^(::1|(::ffff:)?127\.0\.0\.1)$/)
    await endpoint.post(sonzaiDelivery({ headers: { 'sonzai-signature': undefined } })).expect(401)
    expect(endpoint.reports[0]!.remoteAddress).toBe(endpoint.handled[0]!.remoteAddress)
  })

  it('passes every header to handlers', async () => {
    const endpoint = await open()
    await endpoint.post(sonzaiDelivery({ headers: { 'X-Trace': 'abc' } })).expect(200)
    expect(endpoint.handled[0]!.headers.get('x-trace')).toBe('abc')
  })
}
