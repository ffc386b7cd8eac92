import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { sendRequest, toSentHeaders, type OutgoingRequest } from './send-request.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections()
})

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

function send(url: string, options: Partial<OutgoingRequest> = {}) {
  const { signal } = new AbortController()
  const body = options.body ?? Buffer.from('{}')
  return sendRequest({
    url,
    headers: toSentHeaders(url, { headers: {}, body }),
    body,
    timeoutMs: 5000,
    signal,
    ...options,
  })
}

describe('sendRequest', () => {
  it('returns code, body and Retry-After', async () => {
    const url = await serve((_request, response) => response.writeHead(503, { 'retry-after': '7' }).end('busy'))
    const headers = expect.arrayContaining([['retry-after', '7']])
    const durationMs = expect.any(Number)
    expect(await send(url)).toEqual({ code: 503, headers, body: 'busy', retryAfterSeconds: 7, durationMs })
  })

  it('sends the headers that are kept, and only Connection beside', async () => {
    const names: string[] = []
    const url = await serve((request, response) => {
      names.push(...request.rawHeaders.filter((_, index) => index % 2 === 0))
      response.end()
    })
    const body = Buffer.from('{}')
    const headers = toSentHeaders(url, { headers: { 'X-Signature': 'a', 'User-Agent': 'Sender/1' }, body })
    await send(url, { headers, body })
    expect(headers).toContainEqual(['User-Agent', 'Sender/1'])
    expect(names).toEqual([...headers.map(([name]) => name), 'Connection'])
  })

  it('does not follow a redirect', async () => {
    let requests = 0
    const url = await serve((_request, response) => {
      requests += 1
      response.writeHead(307, { location: '/elsewhere' }).end()
    })
    expect(await send(url)).toMatchObject({ code: 307 })
    expect(requests).toBe(1)
  })

  it('gives up on a receiver that never answers', async () => {
    const url = await serve(() => {})
    expect(await send(url, { timeoutMs: 30 })).toMatchObject({ code: 0, error: 'no answer within 30 ms' })
  })

  it('cuts off an endless answer', async () => {
    const url = await serve((_request, response) => {
      const write = (): void => void response.write('x'.repeat(100_000), () => setImmediate(write))
      write()
    })
    expect((await send(url)).body).toHaveLength(4096)
  })

  it('reports the system code if nothing listens', async () => {
    const url = await serve(() => {})
    servers.pop()!.close()
    expect(await send(url)).toMatchObject({ code: 0, error: 'ECONNREFUSED' })
  })

  it('sends a slow body completely', async () => {
    const url = await serve((request, response) => {
      void request.toArray().then((chunks: Buffer[]) => response.end(Buffer.concat(chunks)))
    })
    expect(await send(url, { body: Buffer.from('{"a":"b"}'), slowBodyMs: 20 })).toMatchObject({
      code: 200,
      body: '{"a":"b"}',
    })
  })

  it('ends a slow body when the receiver answers', async () => {
    const url = await serve((_request, response) => response.writeHead(408).end('late'))
    expect(await send(url, { slowBodyMs: 80_000_000 })).toMatchObject({ code: 408, body: 'late' })
  })
})
