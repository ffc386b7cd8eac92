import { expect, vi } from 'vitest'
import { secret, sharedSecretDelivery, sonzaiDelivery } from './deliveries.ts'
import { providers } from './providers.ts'
import { rawChunk, rawHead, rawRequest } from './raw-request.ts'
import type { Suite } from './suite.ts'

/** Senders that disconnect: during the upload, the secret lookup or the handling. */
export function checkInterruptions({ it, open }: Suite): void {
  for (const framing of ['announced', 'chunked'] as const) {
    for (const manner of ['reset', 'end'] as const) {
      it(`survives an aborted upload (${framing}, ${manner})`, async () => {
        const endpoint = await open()
        const connection = await endpoint.connect()
        const { plainHeaders, body } = sonzaiDelivery()
        const half = body.subarray(0, body.length >> 1)
        const head = rawHead(
          { url: endpoint.url, headers: plainHeaders },
          framing === 'chunked' ? framing : body.length,
        )
        connection.send(head, framing === 'chunked' ? rawChunk(half) : half)
        // Once another connection is answered, the first request has arrived.
        await endpoint.post(sonzaiDelivery()).expect(200)
        connection[manner]()
        await endpoint.reported('BODY_ABORTED')
        expect(endpoint.handled).toHaveLength(1)
        await endpoint.post(sonzaiDelivery()).expect(200)
      })
    }
  }

  it('handles a delivery whose sender closes its side', async () => {
    const endpoint = await open()
    const connection = await endpoint.connect()
    const { plainHeaders, body } = sonzaiDelivery()
    connection.send(rawRequest({ url: endpoint.url, headers: plainHeaders }, body))
    connection.end()
    await connection.closed
    await vi.waitFor(() => expect(endpoint.handled).toHaveLength(1), 20_000)
  })

  it('survives an upload aborted during the secret lookup', async () => {
    const asked = Promise.withResolvers<void>()
    const answer = Promise.withResolvers<string>()
    const lookUp = (): Promise<string> => {
      asked.resolve()
      return answer.promise
    }
    const endpoint = await open({ provider: providers.sharedSecret, options: { secret: lookUp } })
    const connection = await endpoint.connect()
    const { plainHeaders, body } = sharedSecretDelivery()
    connection.send(rawHead({ url: endpoint.url, headers: plainHeaders }, body.length), body.subarray(0, 5))
    await asked.promise
    connection.reset()
    await connection.closed
    answer.resolve(secret)
    await endpoint.reported('BODY_ABORTED')
    expect(endpoint.handled).toHaveLength(0)
    await endpoint.post(sharedSecretDelivery()).expect(200)
  })

  it('survives a sender that disconnects before the rejection', async () => {
    const asked = Promise.withResolvers<void>()
    const answer = Promise.withResolvers<undefined>()
    const lookUp = ({ headers }: { headers: { has(name: string): boolean } }): Promise<undefined> | string => {
      if (!headers.has('x-slow')) return secret
      asked.resolve()
      return answer.promise
    }
    const endpoint = await open({ options: { secret: lookUp } })
    const connection = await endpoint.connect()
    const { plainHeaders, body } = sonzaiDelivery({ headers: { 'x-slow': 'yes' } })
    connection.send(rawRequest({ url: endpoint.url, headers: plainHeaders }, body))
    await asked.promise
    connection.reset()
    await connection.closed
    answer.resolve(undefined)
    await endpoint.reported('SECRET_UNKNOWN')
    await endpoint.post(sonzaiDelivery()).expect(200)
  })

  it('signals a disconnect to the handler and keeps its result', async () => {
    const entered = Promise.withResolvers<void>()
    const gone = Promise.withResolvers<void>()
    const release = Promise.withResolvers<void>()
    const endpoint = await open({
      async handler(_event, { signal }) {
        signal.addEventListener('abort', () => gone.resolve(), { once: true })
        entered.resolve()
        await release.promise
      },
    })
    const connection = await endpoint.connect()
    const delivery = sonzaiDelivery()
    connection.send(rawRequest({ url: endpoint.url, headers: delivery.plainHeaders }, delivery.body))
    await entered.promise
    connection.reset()
    await gone.promise
    release.resolve()
    await endpoint.post(delivery).expect(200, { outcome: 'duplicate' })
    expect(endpoint.handled).toHaveLength(1)
    expect(endpoint.reports).toEqual([])
  })

  it('does not abort the signal of an answered delivery', async () => {
    const signals: AbortSignal[] = []
    const endpoint = await open({ handler: (_event, { signal }) => void signals.push(signal) })
    const connection = await endpoint.connect()
    for (const delivery of [sonzaiDelivery(), sonzaiDelivery()]) {
      connection.send(rawRequest({ url: endpoint.url, headers: delivery.plainHeaders }, delivery.body))
      expect((await connection.read()).status).toBe(200)
    }
    expect(signals[0]!.aborted).toBe(false)
  })
}
