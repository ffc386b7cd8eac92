import { expect } from 'vitest'
import { sonzaiDelivery } from './deliveries.ts'
import { expectProblem } from './problem-document.ts'
import { lastChunk, rawChunk, rawHead, rawRequest } from './raw-request.ts'
import type { Suite } from './suite.ts'

/** Many requests on one connection, in sequence or pipelined. */
export function checkConnections({ it, open }: Suite): void {
  it('answers pipelined deliveries in order, also rejected ones', async () => {
    const endpoint = await open({ options: { maxBodyBytes: 1000 } })
    const connection = await endpoint.connect()
    const { url } = endpoint
    const unsigned = { 'sonzai-signature': undefined }
    const deliveries = [
      sonzaiDelivery(),
      sonzaiDelivery({ headers: unsigned }),
      sonzaiDelivery(),
      sonzaiDelivery({ content: { filler: 'x'.repeat(200_000) } }),
      sonzaiDelivery({ content: { fault: 'throw' } }),
      sonzaiDelivery(),
    ]
    connection.send(...deliveries.map(({ plainHeaders, body }) => rawRequest({ url, headers: plainHeaders }, body)))
    const statuses: number[] = []
    while (statuses.length < deliveries.length) statuses.push((await connection.read()).status)
    expect(statuses).toEqual([200, 401, 200, 413, 500, 200])
    expect(endpoint.handled).toHaveLength(4)
  })

  it('does not parse the body of a rejected request as a request', async () => {
    const endpoint = await open()
    const connection = await endpoint.connect()
    const smuggled = sonzaiDelivery()
    const body = rawRequest({ url: endpoint.url, headers: smuggled.plainHeaders }, smuggled.body)
    for (const framing of [body.length, 'chunked'] as const) {
      const headers = { 'Content-Type': 'application/json' }
      connection.send(
        rawHead({ url: endpoint.url, headers }, framing),
        ...(framing === 'chunked' ? [rawChunk(body), lastChunk] : [body]),
      )
      expectProblem(await connection.read(), 'SIGNATURE_MISSING')
    }
    connection.send(body)
    expect((await connection.read()).status).toBe(200)
    expect(endpoint.handled).toHaveLength(1)
  })

  it('reads nothing after a malformed pipelined request', async () => {
    const endpoint = await open()
    const connection = await endpoint.connect()
    const deliveries = [sonzaiDelivery(), sonzaiDelivery(), sonzaiDelivery()]
    const requests = deliveries.map(({ plainHeaders, body }) =>
      rawRequest({ url: endpoint.url, headers: plainHeaders }, body),
    )
    connection.send(requests[0]!)
    expect((await connection.read()).status).toBe(200)
    connection.send(Buffer.from(requests[1]!).subarray(1).fill('\0', 0, 1), requests[2]!)
    const statuses = await connection.statuses(2)
    expect(statuses.filter((status) => status < 400)).toEqual([])
    await connection.closed
    expect(endpoint.handled).toHaveLength(1)
  })

  it('answers a delivery that asks for another protocol', async () => {
    const endpoint = await open()
    for (const protocol of ['websocket', 'h2c']) {
      const connection = await endpoint.connect()
      const { plainHeaders, body } = sonzaiDelivery({ headers: { Connection: 'Upgrade', Upgrade: protocol } })
      connection.send(rawRequest({ url: endpoint.url, headers: plainHeaders }, body))
      expect((await connection.read()).status).toBe(200)
    }
    expect(endpoint.handled).toHaveLength(2)
  })

  it('rejects a chunked delivery before its first chunk', async () => {
    const endpoint = await open()
    const connection = await endpoint.connect()
    const { plainHeaders, body } = sonzaiDelivery({ headers: { 'sonzai-signature': undefined } })
    connection.send(rawHead({ url: endpoint.url, headers: plainHeaders }, 'chunked'))
    expectProblem(await connection.read(), 'SIGNATURE_MISSING')
    const next = sonzaiDelivery()
    connection.send(rawChunk(body), lastChunk, rawRequest({ url: endpoint.url, headers: next.plainHeaders }, next.body))
    expect((await connection.read()).status).toBe(200)
  })

  it('answers a sender that waits for 100 Continue', async () => {
    const endpoint = await open()
    const connection = await endpoint.connect()
    const { plainHeaders, body } = sonzaiDelivery()
    const expecting = { ...plainHeaders, Expect: '100-continue' }
    connection.send(rawHead({ url: endpoint.url, headers: { ...expecting, 'Sonzai-Signature': 'none' } }, body.length))
    expectProblem(await connection.read(), 'SIGNATURE_MALFORMED')
    const patient = await endpoint.connect()
    patient.send(rawHead({ url: endpoint.url, headers: expecting }, body.length))
    expect((await patient.readAny()).status).toBe(100)
    patient.send(body)
    expect((await patient.read()).status).toBe(200)
  })

  it('closes the connection when the sender asks for it', async () => {
    const endpoint = await open()
    for (const headers of [{}, { 'sonzai-signature': undefined }]) {
      const connection = await endpoint.connect()
      const delivery = sonzaiDelivery({ headers: { ...headers, Connection: 'close' } })
      connection.send(rawRequest({ url: endpoint.url, headers: delivery.plainHeaders }, delivery.body))
      expect((await connection.read()).headers.get('connection')).toBe('close')
      await connection.closed
    }
  })

  it('reads the rest of a rejected body before it closes', async () => {
    const endpoint = await open()
    const connection = await endpoint.connect()
    const { plainHeaders } = sonzaiDelivery({ headers: { 'sonzai-signature': undefined, Connection: 'close' } })
    connection.send(rawHead({ url: endpoint.url, headers: plainHeaders }, 800_000))
    const response = await connection.read()
    expectProblem(response, 'SIGNATURE_MISSING')
    expect(response.headers.get('connection')).toBe('close')
    // Over a closed connection, the second write would end in a reset.
    await connection.flush(Buffer.alloc(400_000))
    await connection.flush(Buffer.alloc(400_000))
    await connection.closed
    expect(connection.failure).toBeUndefined()
  })
}
