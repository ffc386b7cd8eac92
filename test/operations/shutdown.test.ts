import { once } from 'node:events'
import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import express from 'express'
import { createReceiver } from 'sallyport'
import { closeGracefully, closeOnSignals } from 'sallyport/shutdown'
import { describe, expect, it } from 'vitest'
import { createQuietReceiver, provider, secret, untilCount, useInboxes } from '../support/inbox/receivers.ts'
import { sendOnce, startLoad } from '../support/operations/load.ts'
import { serve } from '../support/operations/serve.ts'

const { makePath, openInbox } = useInboxes()

async function listen(handle: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(handle).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` }
}

// The others: test/long/shutdown.test.ts.
describe.each([
  ['node', serve.node],
  ['fastify', serve.fastify],
] as const)('closeGracefully with %s', (_name, start) => {
  it.each([false, true])('answers every request under load; with an inbox: %s', async (hasInbox) => {
    const path = makePath()
    const handled: string[] = []
    const inbox = hasInbox ? openInbox(path) : undefined
    const receiver = createReceiver(provider, { secret, inbox })
    receiver.on('order.paid', async ({ id }) => {
      await new Promise((resolve) => setTimeout(resolve, 2))
      handled.push(id)
    })
    await receiver.ready()
    const { server, port } = await start(receiver)
    const load = startLoad(`http://127.0.0.1:${port}/`, 20)
    await expect.poll(() => load.sent.length).toBeGreaterThan(200)
    const report = await closeGracefully(server, { receivers: [receiver], idleMs: 100 })
    await load.over
    expect(report).toMatchObject({
      isComplete: true,
      connections: 0,
      receivers: 0,
      handlers: 0,
      inboxes: 0,
      errors: [],
    })
    const failed = load.sent.filter(({ status }) => status !== (hasInbox ? 202 : 200))
    expect(new Set(failed.map(({ error, isReused, status }) => `${status} ${error} ${isReused}`))).toEqual(
      new Set(['undefined ECONNREFUSED false']),
    )
    const answered = load.sent.flatMap(({ id, status }) => (status === undefined ? [] : [id]))
    if (hasInbox) {
      const next = openInbox(path)
      const left = (await next.list({ state: 'pending', limit: 1_000 })).events.map(({ id }) => id)
      expect(new Set([...handled, ...left])).toEqual(new Set(answered))
    } else expect(new Set(handled)).toEqual(new Set(answered))
  })
})

describe('closeGracefully', () => {
  it('answers the next request of a kept connection, and ends it', async () => {
    const receiver = createReceiver(provider, { secret })
    const { server, port } = await serve.node(receiver)
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const url = `http://127.0.0.1:${port}/`
    expect((await sendOnce(url, agent, 'msg_1')).status).toBe(200)
    const closing = closeGracefully(server, { receivers: [receiver], idleMs: 60_000 })
    await expect.poll(() => (server as { listening: boolean }).listening).toBe(false)
    expect(await sendOnce(url, agent, 'msg_2')).toMatchObject({ status: 200, isReused: true })
    expect(await closing).toMatchObject({ isComplete: true })
    expect(await sendOnce(url, agent, 'msg_3')).toMatchObject({ error: 'ECONNREFUSED' })
  })

  it('ends kept connections that stay idle', async () => {
    const { server, url } = await listen((_request, response) => void response.end())
    const agent = new Agent({ keepAlive: true })
    await once(request(url, { agent }).end(), 'response')
    expect(await closeGracefully(server, { idleMs: 20 })).toMatchObject({ isComplete: true })
  })

  it('waits for an answer that takes its time', async () => {
    const held = Promise.withResolvers<ServerResponse>()
    const { server, url } = await listen((_request, response) => held.resolve(response))
    const answered = once(request(url, { agent: new Agent({ keepAlive: true }) }).end(), 'response')
    const response = await held.promise
    const closing = closeGracefully(server, { idleMs: 10 })
    await expect.poll(() => server.listening).toBe(false)
    response.end('late')
    const [answer] = (await answered) as [IncomingMessage]
    expect(await text(answer)).toBe('late')
    expect(await closing).toMatchObject({ isComplete: true })
  })

  it('cuts off what is left when the time is up, and says what', async () => {
    const path = makePath()
    const inbox = openInbox(path)
    const receiver = createQuietReceiver(inbox).on('order.paid', () => new Promise(() => {}))
    await receiver.ready()
    const { server, port } = await serve.node(receiver)
    const stuck = connect(port, '127.0.0.1')
    stuck.on('error', () => {})
    await once(stuck, 'connect')
    stuck.write('POST / HTTP/1.1\r\nhost: a\r\n')
    expect((await sendOnce(`http://127.0.0.1:${port}/`, new Agent(), 'msg_stuck')).status).toBe(202)
    await untilCount(inbox, 'active', 1)
    const report = await closeGracefully(server, { receivers: [receiver], timeoutMs: 800, idleMs: 50 })
    // On a busy machine the inbox may need longer than that to stop.
    expect(report).toMatchObject({ isComplete: false, connections: 1, handlers: 1, receivers: 0 })
    const next = openInbox(path, { work: 'elsewhere' })
    expect((await next.list()).events.map(({ id }) => id)).toEqual(['msg_stuck'])
  })

  it('waits for handlers that end because their connection was cut off', async () => {
    const begun = Promise.withResolvers<void>()
    const receiver = createReceiver(provider, { secret }).onError(() => {})
    receiver.on('order.paid', async (_event, { signal }) => {
      const aborted = once(signal, 'abort')
      begun.resolve()
      await aborted
      // It undoes what it began.
      await new Promise((resolve) => setTimeout(resolve, 10))
    })
    const { server, port } = await serve.node(receiver)
    const sent = sendOnce(`http://127.0.0.1:${port}/`, new Agent(), 'msg_1')
    await begun.promise
    const report = await closeGracefully(server, { receivers: [receiver], timeoutMs: 800 })
    expect(report).toMatchObject({ connections: 1, receivers: 0 })
    expect(await sent).toMatchObject({ error: 'ECONNRESET' })
  })

  it('returns the same promise again', async () => {
    const { server } = await listen(() => {})
    expect(closeGracefully(server)).toBe(closeGracefully(server))
    expect(await closeGracefully(server)).toMatchObject({ isComplete: true })
  })

  it('closes a server that never listened', async () => {
    expect(await closeGracefully(createServer())).toMatchObject({ isComplete: true })
  })

  it('goes on as before during the delay', async () => {
    const receiver = createReceiver(provider, { secret })
    const { server, port } = await serve.node(receiver)
    const closing = closeGracefully(server, { receivers: [receiver], delayMs: 300, idleMs: 10 })
    expect((await sendOnce(`http://127.0.0.1:${port}/`, new Agent(), 'msg_1')).status).toBe(200)
    expect(await closing).toMatchObject({ isComplete: true })
  })

  it('rejects wrong arguments with what to pass', () => {
    const close = closeGracefully as (...all: unknown[]) => unknown
    expect(() => close(express())).toThrow('an app is no server')
    expect(() => close({})).toThrow('the server that listen() returns')
    expect(() => close(createServer(), { timeoutMs: 0 })).toThrow('timeoutMs')
    expect(() => close(createServer(), { timeoutMs: 10, delayMs: 10 })).toThrow('delayMs must be less than timeoutMs')
    expect(() => closeOnSignals(createServer(), { delayMs: -1 })).toThrow('closeOnSignals: delayMs')
  })
})
