import { expect } from 'vitest'
import { createReply, RejectError } from 'sallyport'
import { marker, sonzaiDelivery } from './deliveries.ts'
import { rawRequest } from './raw-request.ts'
import type { Suite } from './suite.ts'

/** What a sender sees of a handler: replies, errors, timeouts. */
export function checkHandlers({ it, open }: Suite): void {
  it("answers with the handler's reply", async () => {
    const endpoint = await open({ handler: () => createReply({ status: 201, body: { challenge: 'é 🌸' } }) })
    const response = await endpoint.post(sonzaiDelivery()).expect(201, { challenge: 'é 🌸' })
    expect(response.headers['content-type']).toMatch(/^application\/json/)
    expect(response.headers['cache-control']).toBe('no-store')
  })

  it('sends a 204 reply without content', async () => {
    const endpoint = await open({ handler: () => createReply({ status: 204, body: undefined }) })
    const connection = await endpoint.connect()
    for (const delivery of [sonzaiDelivery(), sonzaiDelivery()]) {
      connection.send(rawRequest({ url: endpoint.url, headers: delivery.plainHeaders }, delivery.body))
      const response = await connection.read()
      expect(response.status).toBe(204)
      // RFC 9110, section 8.6.
      expect(response.headers.has('content-length')).toBe(false)
    }
  })

  it('answers only after the handler is done', async () => {
    const entered = Promise.withResolvers<void>()
    const release = Promise.withResolvers<void>()
    let isDone = false
    const endpoint = await open({
      async handler() {
        entered.resolve()
        await release.promise
        isDone = true
      },
    })
    const answer = endpoint.post(sonzaiDelivery()).then(({ status }) => ({ status, isDone }))
    await entered.promise
    release.resolve()
    expect(await answer).toEqual({ status: 200, isDone: true })
  })

  it('hides what a handler throws', async () => {
    for (const thrown of [new Error(marker), marker, { status: 200, expose: true, message: marker }, undefined, null]) {
      const endpoint = await open({
        handler() {
          throw thrown
        },
      })
      const response = await endpoint.post(sonzaiDelivery()).expect(500)
      expect(response.body).toMatchObject({ code: 'HANDLER_FAILED' })
      expect(response.text).not.toContain(marker)
      expect(endpoint.reports.map(({ code }) => code)).toEqual(['HANDLER_FAILED'])
    }
  })

  it('answers 503 if the secret function does not answer', async () => {
    const release = Promise.withResolvers<undefined>()
    const endpoint = await open({ options: { secret: () => release.promise, secretTimeoutMs: 20 } })
    const response = await endpoint.post(sonzaiDelivery()).expect(503)
    expect(response.body).toMatchObject({ code: 'SECRET_RESOLVER_FAILED' })
    release.resolve(undefined)
  })

  it("rejects for good with the handler's reason", async () => {
    const endpoint = await open({
      handler() {
        throw new RejectError('No such agent.', { cause: new Error(marker) })
      },
    })
    const response = await endpoint.post(sonzaiDelivery()).expect(422)
    expect(response.body).toMatchObject({ code: 'DELIVERY_REJECTED', detail: 'No such agent.' })
    expect(response.text).not.toContain(marker)
  })

  it('answers 503 if the handler is slow, and keeps its result', async () => {
    const release = Promise.withResolvers<void>()
    const endpoint = await open({ options: { handlerTimeoutMs: 20 }, handler: () => release.promise })
    const delivery = sonzaiDelivery()
    const response = await endpoint.post(delivery).expect(503)
    expect(response.body).toMatchObject({ code: 'HANDLER_TIMEOUT' })
    expect(response.headers).toHaveProperty('retry-after')
    release.resolve()
    await endpoint.receiver.settled()
    await endpoint.post(delivery).expect(200, { outcome: 'duplicate' })
    expect(endpoint.handled).toHaveLength(1)
  })

  it('acknowledges an event of an unknown type', async () => {
    const endpoint = await open()
    await endpoint.post(sonzaiDelivery({ content: { event_type: 'constructor' } })).expect(200, { outcome: 'unknown' })
  })
}
