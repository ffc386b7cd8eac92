import { once } from 'node:events'
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readBytes, toBytes } from '../../verify/decode.ts'
import { captureNode } from './capture.ts'

const limits = { maxBodyBytes: 100, bodyTimeoutMs: 1_000 }

describe('the signal', () => {
  const server = createServer()
  beforeEach(async () => {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  afterEach(() => {
    server.removeAllListeners('request')
    server.close()
  })

  async function receive(): Promise<{
    exchange: [IncomingMessage, ServerResponse]
    client: ReturnType<typeof request>
  }> {
    const client = request({ port: (server.address() as AddressInfo).port, method: 'POST', agent: false })
    client.on('error', () => {})
    client.end()
    return { exchange: (await once(server, 'request')) as [IncomingMessage, ServerResponse], client }
  }

  it('is aborted when the sender goes away', async () => {
    const { exchange, client } = await receive()
    const { signal } = captureNode(...exchange)
    expect(signal!.aborted).toBe(false)
    client.destroy()
    await once(signal!, 'abort')
  })

  it('is aborted when it is asked for after the sender has gone away', async () => {
    const { exchange, client } = await receive()
    const incoming = captureNode(...exchange)
    client.destroy()
    await once(exchange[1], 'close')
    expect(incoming.signal!.aborted).toBe(true)
  })

  it('is not aborted by an answer', async () => {
    const { exchange } = await receive()
    const { signal } = captureNode(...exchange)
    exchange[1].end()
    await once(exchange[1], 'close')
    expect(signal!.aborted).toBe(false)
    expect(captureNode(...exchange).signal!.aborted).toBe(false)
  })
})

describe('the body', () => {
  const bytes = Buffer.from('kept')
  const response = {} as ServerResponse

  function arrived(content: string, beside: object = {}): IncomingMessage {
    const stream = Readable.from([Buffer.from(content)])
    return Object.assign(stream, { rawHeaders: [], socket: {} }, beside) as unknown as IncomingMessage
  }

  async function read(...parameters: Parameters<typeof captureNode>): Promise<Uint8Array> {
    const { body } = captureNode(...parameters)
    return toBytes(typeof body === 'function' ? await readBytes(body, limits) : body)
  }

  it('is what streams in', async () => {
    expect(Buffer.from(await read(arrived('streamed'), response)).toString()).toBe('streamed')
  })

  it('is what streams in where the host uses its memory again', async () => {
    const piece = Buffer.from(new Uint8Array(Buffer.from('streamed')).buffer)
    const stream = new Readable({ read() {} })
    const pending = read(Object.assign(stream, { rawHeaders: [], socket: {} }) as unknown as IncomingMessage, response)
    stream.push(piece)
    await new Promise(setImmediate)
    piece.fill(0)
    stream.push(null)
    expect(Buffer.from(await pending).toString()).toBe('streamed')
  })

  it('is what the host has kept as bytes, wherever it keeps them', async () => {
    expect(await read(arrived(''), response, { rawBody: bytes })).toBe(bytes)
    expect(await read(arrived(''), response, { parsedBody: bytes })).toBe(bytes)
    expect(await read(arrived('', { rawBody: bytes }), response)).toBe(bytes)
    expect(await read(arrived('', { rawBody: bytes }), response, { rawBody: 'text', parsedBody: {} })).toBe(bytes)
  })

  it('is not what a parser has made of it', async () => {
    const used = arrived('used up')
    await used.toArray()
    for (const host of [{}, { parsedBody: { used: 'up' } }, { rawBody: 'used up' }]) {
      await expect(read(used, response, host)).rejects.toMatchObject({ code: 'BODY_ALREADY_PARSED' })
    }
  })

  it('is aborted where the sender was gone before it was read', async () => {
    const unread = arrived('never read')
    unread.destroy()
    await once(unread, 'close')
    await expect(read(unread, response)).rejects.toMatchObject({ code: 'BODY_ABORTED' })
  })
})
