import { connect, createServer, type ClientHttp2Session, type Http2Server } from 'node:http2'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { createReceiver } from 'sallyport'
import { webhook } from 'sallyport/node'
import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery } from 'sallyport/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const secret = 'whsec_over-http2'
const signals: AbortSignal[] = []
const warnings: Error[] = []
let server: Http2Server
let client: ClientHttp2Session

beforeEach(() => {
  signals.length = 0
  warnings.length = 0
  process.on('warning', keepWarning)
})

async function serve(bodyTimeoutMs = 30_000): Promise<void> {
  const receiver = createReceiver(sonzai(), { secret, bodyTimeoutMs })
  const handle = webhook(receiver.onAny((_event, { signal }) => void signals.push(signal)))
  // Node's HTTP/2 compatibility classes cover what a receiver uses of HTTP/1.
  server = createServer((request, response) => {
    void handle(request as unknown as IncomingMessage, response as unknown as ServerResponse)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
}

afterEach(() => {
  process.off('warning', keepWarning)
  client.destroy()
  server.close()
})

function keepWarning(warning: Error): void {
  warnings.push(warning)
}

interface Answer {
  readonly status: number
  readonly body: unknown
}

async function send(headers: Record<string, string>, body: Uint8Array, isWhole = true): Promise<Answer> {
  const stream = client.request({ ':method': 'POST', ':path': '/hook', ...headers })
  stream.write(body)
  if (isWhole) stream.end()
  const [answered] = (await once(stream, 'response')) as [{ ':status': number }]
  return { status: answered[':status'], body: JSON.parse(await text(stream)) }
}

const sign = (): ReturnType<typeof signDelivery> => signDelivery(sonzai(), { secret })

describe('node:http over HTTP/2', () => {
  it('accepts a delivery without aborting its signal', async () => {
    await serve()
    const { plainHeaders, body } = sign()
    expect(await send(plainHeaders, body)).toEqual({ status: 200, body: { outcome: 'handled' } })
    expect(await send(plainHeaders, body)).toEqual({ status: 200, body: { outcome: 'duplicate' } })
    expect(signals.map(({ aborted }) => aborted)).toEqual([false])
  })

  it('rejects from the headers before the body arrives', async () => {
    await serve()
    const answer = await send({ 'content-type': 'application/json' }, Buffer.from('{'), false)
    expect(answer).toMatchObject({ status: 401, body: { code: 'SIGNATURE_MISSING' } })
  })

  it('rejects a stalled body without a header HTTP/2 forbids', async () => {
    await serve(40)
    const { plainHeaders, body } = sign()
    const answer = await send(plainHeaders, body.subarray(0, 9), false)
    expect(answer).toMatchObject({ status: 408, body: { code: 'BODY_TIMEOUT' } })
    await new Promise((resolve) => setImmediate(resolve))
    expect(warnings).toEqual([])
  })

  it('lets the sender of a huge body read its answer', async () => {
    await serve()
    const { plainHeaders } = sign()
    const answer = await send(plainHeaders, Buffer.alloc(3_000_000))
    expect(answer).toMatchObject({ status: 413, body: { code: 'BODY_TOO_LARGE' } })
  })
})
