import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { connect as connectHttp2 } from 'node:http2'
import { Agent, request } from 'node:https'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import fastify from 'fastify'
import { closeGracefully } from 'sallyport/shutdown'
import { describe, expect, it } from 'vitest'
import { certificate } from '../support/adapters/certificate.ts'
import { createServerFor, isEncrypted, type Transport } from '../support/adapters/transports.ts'

const ca = certificate.cert

async function listen(transport: Transport, handle: RequestListener) {
  const server = createServerFor(transport, handle).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { server, port, url: `${isEncrypted(transport) ? 'https' : 'http'}://127.0.0.1:${port}/` }
}

async function open(port: number, first = ''): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write(first)
  return socket
}

const untilClosing = (server: Server): Promise<void> => expect.poll(() => server.listening).toBe(false)

describe.each(['HTTPS', 'HTTP/2'] as const)('closeGracefully with HTTP/1.1 and a server of %s', (transport) => {
  it('answers the next request of a kept connection, and ends it', async () => {
    const { server, url } = await listen(transport, (_request, response) => void response.end('answer'))
    const agent = new Agent({ keepAlive: true, maxSockets: 1, ca })
    async function send(): Promise<readonly unknown[]> {
      const sending = request(url, { agent }).end()
      const [response] = await once(sending, 'response')
      return [await text(response), sending.reusedSocket]
    }
    expect(await send()).toEqual(['answer', false])
    const closing = closeGracefully(server, { idleMs: 60_000 })
    await untilClosing(server)
    expect(await send()).toEqual(['answer', true])
    expect(await closing).toMatchObject({ isComplete: true })
    await expect(send()).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('ends a kept connection that stays idle', async () => {
    const { server, url } = await listen(transport, (_request, response) => void response.end())
    const [response] = await once(request(url, { agent: new Agent({ keepAlive: true, ca }) }).end(), 'response')
    await text(response)
    expect(await closeGracefully(server, { idleMs: 20 })).toMatchObject({ isComplete: true })
  })
})

describe.each(['HTTP/2', 'HTTP/2 cleartext'] as const)('closeGracefully with %s', (transport) => {
  it('answers what is under way, and lets a session end', async () => {
    const held: Parameters<RequestListener>[1][] = []
    const { server, url } = await listen(transport, (_request, response) => void held.push(response))
    const session = connectHttp2(url, { ca })
    const goaway = once(session, 'goaway')
    const answers = [session.request(), session.request()].map((stream) => text(stream))
    await expect.poll(() => held.length).toBe(2)
    const closing = closeGracefully(server, { idleMs: 60_000 })
    await goaway
    expect(session.closed).toBe(true)
    for (const response of held) response.end('late')
    expect(await Promise.all(answers)).toEqual(['late', 'late'])
    expect(await closing).toMatchObject({ isComplete: true })
  })

  it('ends a session that stays idle', async () => {
    const { server, url } = await listen(transport, (_request, response) => void response.end())
    const session = connectHttp2(url, { ca })
    await once(session, 'connect')
    expect(await closeGracefully(server, { idleMs: 20 })).toMatchObject({ isComplete: true })
    await expect.poll(() => session.destroyed).toBe(true)
  })

  it('cuts off a stream that does not end', async () => {
    const { server, url } = await listen(transport, () => {})
    const session = connectHttp2(url, { ca })
    const stream = session.request()
    await once(server, 'request')
    const ended = once(
      stream.on('error', () => {}),
      'close',
    )
    expect(await closeGracefully(server, { timeoutMs: 100, idleMs: 20 })).toMatchObject({ connections: 1 })
    await ended
  })
})

describe('closeGracefully', () => {
  it.each(['HTTP/1.1', 'HTTPS', 'HTTP/2', 'HTTP/2 cleartext'] as const)(
    'ends a connection of %s that sends nothing',
    async (transport) => {
      const { server, port } = await listen(transport, () => {})
      const socket = await open(port)
      const closed = once(socket.resume(), 'close')
      expect(await closeGracefully(server, { idleMs: 20 })).toMatchObject({ isComplete: true, connections: 0 })
      await closed
    },
  )

  it('cuts off a TLS handshake that does not end', async () => {
    const { server, port } = await listen('HTTPS', () => {})
    const socket = await open(port, '\x16\x03\x01')
    const closed = once(socket.resume(), 'close')
    await expect.poll(() => socket.bytesWritten).toBe(3)
    expect(await closeGracefully(server, { timeoutMs: 100, idleMs: 60_000 })).toMatchObject({ connections: 1 })
    await closed
  })

  it('cuts off connections that were upgraded', async () => {
    const { server, port } = await listen('HTTP/1.1', () => {})
    server.on('upgrade', (_request, upgraded) => void upgraded.write('HTTP/1.1 101 Switching Protocols\r\n\r\n'))
    const socket = await open(port, 'GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: a\r\n\r\n')
    await once(socket, 'data')
    const closed = once(socket, 'close')
    expect(await closeGracefully(server, { timeoutMs: 100, idleMs: 20 })).toMatchObject({ connections: 1 })
    await closed
  })

  it('closes a server that begins to listen too late', async () => {
    const server = createServer()
    expect(await closeGracefully(server, { idleMs: 20 })).toMatchObject({ isComplete: true })
    const closed = once(server, 'close')
    const started = new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address())))
    // Frameworks print it.
    expect(await started).toMatchObject({ address: '127.0.0.1' })
    await closed
  })

  it('closes Fastify that begins to listen too late', async () => {
    const app = fastify()
    expect(await closeGracefully(app, { idleMs: 100 })).toMatchObject({ isComplete: true })
    const closed = once(app.server, 'close')
    await app.listen({ port: 0, host: 'localhost' })
    await closed
  })
})
