import { expect } from 'vitest'
import { createMemoryReplayGuard } from 'sallyport'
import { sonzaiDelivery } from './deliveries.ts'
import { expectProblem } from './problem-document.ts'
import { rawRequest } from './raw-request.ts'
import type { Suite } from './suite.ts'

const copies = 20

/** One event sent several times, in sequence and concurrently. */
export function checkDuplicates({ it, open }: Suite): void {
  it('acknowledges a duplicate without handling it', async () => {
    const endpoint = await open()
    const delivery = sonzaiDelivery()
    await endpoint.post(delivery).expect(200, { outcome: 'handled' })
    await endpoint.post(delivery).expect(200, { outcome: 'duplicate' })
    await endpoint.post(sonzaiDelivery()).expect(200, { outcome: 'handled' })
    expect(endpoint.handled).toHaveLength(2)
  })

  it('handles one of twenty concurrent copies, acknowledges all', async () => {
    const release = Promise.withResolvers<void>()
    const endpoint = await open({ handler: () => release.promise })
    const outcomes = await sendCopies(endpoint, release.resolve)
    expect(outcomes.map(({ status }) => status)).toEqual(Array.from({ length: copies }, () => 200))
    expect(outcomes.filter(({ body }) => body.toString() === '{"outcome":"handled"}')).toHaveLength(1)
    expect(endpoint.handled).toHaveLength(1)
  })

  it('acknowledges no copy if handling fails; handles the retry', async () => {
    const release = Promise.withResolvers<void>()
    let fails = true
    const endpoint = await open({
      async handler() {
        await release.promise
        if (fails) throw new Error('out of paper')
      },
    })
    const delivery = sonzaiDelivery()
    const outcomes = await sendCopies(endpoint, release.resolve, delivery)
    expect(outcomes.filter(({ status }) => status === 500)).toHaveLength(1)
    expect(outcomes.filter(({ status }) => status === 503)).toHaveLength(copies - 1)
    for (const outcome of outcomes)
      expectProblem(outcome, outcome.status === 500 ? 'HANDLER_FAILED' : 'DELIVERY_IN_PROGRESS')
    fails = false
    await endpoint.post(delivery).expect(200, { outcome: 'handled' })
    expect(endpoint.handled).toHaveLength(2)
  })

  it('answers 503 when the replay guard is full', async () => {
    const endpoint = await open({ options: { replayGuard: createMemoryReplayGuard({ capacity: 1 }) } })
    await endpoint.post(sonzaiDelivery()).expect(200)
    const response = await endpoint.post(sonzaiDelivery()).expect(503)
    expect(response.body).toMatchObject({ code: 'REPLAY_GUARD_FULL' })
    expect(response.headers).toHaveProperty('retry-after')
    expect(endpoint.handled).toHaveLength(1)
  })

  async function sendCopies(
    endpoint: Awaited<ReturnType<Suite['open']>>,
    release: () => void,
    delivery = sonzaiDelivery(),
  ): ReturnType<typeof readAll> {
    const connections = await Promise.all(Array.from({ length: copies }, () => endpoint.connect()))
    const bytes = rawRequest({ url: endpoint.url, headers: delivery.plainHeaders }, delivery.body)
    for (const connection of connections) connection.send(bytes)
    // Once this is answered, everything sent before has arrived.
    await endpoint.post(sonzaiDelivery({ headers: { 'sonzai-signature': undefined } })).expect(401)
    release()
    return readAll(connections)
  }
}

function readAll(connections: Awaited<ReturnType<Awaited<ReturnType<Suite['open']>>['connect']>>[]) {
  return Promise.all(connections.map((connection) => connection.read()))
}
