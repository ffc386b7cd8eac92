import { expect } from 'vitest'
import { secret, sharedSecretDelivery, sharedSecretProvider, sonzaiDelivery } from './deliveries.ts'
import { rawChunk, rawHead, rawRequest } from './raw-request.ts'
import type { Suite } from './suite.ts'

/** Senders that go away: while they send, while they are being looked up, while their event is being handled. */
export function checkInterruptions({ test, open }: Suite): void {
  for (const framing of ['announced', 'chunked'] as const) {
    for (const manner of ['reset', 'end'] as const) {
      test(`survives an upload broken off (${framing}, ${manner})`, async () => {
        const endpoint = await open()
        const connection = await endpoint.connect()
        const { plainHeaders, body } = sonzaiDelivery()
        const half = body.subarray(0, body.length >> 1)
        const head = rawHead(
          { url: endpoint.url, headers: plainHeaders },
          framing === 'chunked' ? framing : body.length,
        )
        connection.send(head, framing === 'chunked' ? rawChunk(half) : half)
        // A second request on another connection: by its answer, the first has arrived.
        await endpoint.post(sonzaiDelivery()).expect(200)
        connection[manner]()
        await endpoint.reported('BODY_ABORTED')
        expect(endpoint.handled).toHaveLength(1)
        await endpoint.post(sonzaiDelivery()).expect(200)
      })
    }
  }

  test('survives an upload broken off while the secret is being looked up', async () => {
    const asked = Promise.withResolvers<void>()
    const answer = Promise.withResolvers<string>()
    const lookUp = (): Promise<string> => {
      asked.resolve()
      return answer.promise
    }
    const endpoint = await open({ provider: sharedSecretProvider, options: { secret: lookUp } })
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

  test('survives a sender that goes away before it is refused', async () => {
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

  test('finishes handling for a sender that is gone, tells the handler, and keeps the result', async () => {
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

  test('does not tell a handler that the sender is gone when it is only done', async () => {
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
