import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { sonzaiDelivery } from '../../packages/contracts/src/adapter/deliveries.ts'
import { expectCounts, openEndpoint, type Endpoint } from '../../packages/contracts/src/adapter/endpoint.ts'
import { connectRaw, type RawConnection } from '../../packages/contracts/src/adapter/raw-connection.ts'
import { connectHttp2 } from '../support/adapters/http2-client.ts'
import {
  cancel,
  endHeaders,
  endStream,
  frame,
  opening,
  toBlock,
  toPairs,
  types,
} from '../support/adapters/http2-frames.ts'
import { http2Mounts } from '../support/adapters/mounts.ts'

const path = '/in/hook'
const trouble: unknown[] = []
const note = (error: unknown): void => void trouble.push(error)
let endpoint: Endpoint
let raw: RawConnection

describe.each(Object.entries(http2Mounts))('%s, given raw frames', (_name, mount) => {
  beforeEach(async () => {
    process.on('unhandledRejection', note).on('uncaughtException', note)
    endpoint = await openEndpoint(mount('HTTP/2 cleartext'))
    raw = await connectRaw(endpoint.url)
    raw.send(opening)
  })

  afterEach(async () => {
    raw.reset()
    const client = await connectHttp2(endpoint.url)
    expect(await client.send(sonzaiDelivery())).toMatchObject({ status: 200 })
    client.session.destroy()
    await expectCounts(endpoint)
    await endpoint.close()
    process.off('unhandledRejection', note).off('uncaughtException', note)
    expect(trouble.splice(0)).toEqual([])
  })

  it('survives RST_STREAM during an upload', async () => {
    raw.send(frame(types.headers, endHeaders, 1, toBlock(toPairs(sonzaiDelivery(), path))))
    raw.send(frame(types.data, 0, 1, Buffer.from('{')))
    // The receiver has the head once it has read the next stream.
    raw.send(frame(types.headers, endHeaders | endStream, 3, toBlock(toPairs(sonzaiDelivery(), path))))
    await endpoint.reported('SIGNATURE_MISMATCH')
    raw.send(cancel(1))
    await endpoint.reported('BODY_ABORTED')
    expect(endpoint.handled).toHaveLength(0)
  })

  it('survives 2000 streams that are reset at once', async () => {
    const block = toBlock(toPairs(sonzaiDelivery({ headers: { 'sonzai-signature': undefined } }), path))
    for (let stream = 1; stream < 4000; stream += 2)
      raw.send(frame(types.headers, endHeaders, stream, block), cancel(stream))
    const client = await connectHttp2(endpoint.url)
    expect(await client.send(sonzaiDelivery())).toMatchObject({ status: 200 })
    client.session.destroy()
    expect(endpoint.handled).toHaveLength(1)
  })

  it('ends a connection whose header block never ends', async () => {
    raw.send(frame(types.headers, 0, 1, toBlock(toPairs(sonzaiDelivery(), path))))
    const more = frame(types.continuation, 0, 1, toBlock([['x-more', 'a'.repeat(16_000)]]))
    const flood = setInterval(() => raw.send(more), 1)
    await raw.closed.finally(() => clearInterval(flood))
    expect(endpoint.handled).toHaveLength(0)
  })

  it.each<[string, (pairs: (readonly [string, string])[]) => (readonly [string, string])[]]>([
    ['a name in capitals', (pairs) => [...pairs, ['X-Trace', 'a']]],
    ['transfer-encoding', (pairs) => [...pairs, ['transfer-encoding', 'chunked']]],
    ['connection', (pairs) => [...pairs, ['connection', 'close']]],
    ['a line break in its signature', (pairs) => pairs.map(([name, value]) => [name, value.replace('v1=', '\r\nv1=')])],
    ['a NUL in its signature', (pairs) => pairs.map(([name, value]) => [name, value.replace('v1=', '\0v1=')])],
    ['no path', (pairs) => pairs.filter(([name]) => name !== ':path')],
    ['two paths', (pairs) => [[':path', '/other'], ...pairs]],
    ['a pseudo header after others', (pairs) => [...pairs.slice(1), pairs[0]!]],
    ['an unknown pseudo header', (pairs) => [[':remote', 'a'], ...pairs]],
    ['two lengths', (pairs) => [...pairs, ['content-length', '1'], ['content-length', '2']]],
    ['a length with a sign', (pairs) => [...pairs, ['content-length', '+5']]],
  ])('handles no delivery with %s', async (_title, alter) => {
    const delivery = sonzaiDelivery()
    raw.send(
      frame(types.headers, endHeaders, 1, toBlock(alter(toPairs(delivery, path)))),
      frame(types.data, endStream, 1, delivery.body),
    )
    const client = await connectHttp2(endpoint.url)
    expect(await client.send(sonzaiDelivery())).toMatchObject({ status: 200 })
    client.session.destroy()
    expect(endpoint.handled).toHaveLength(1)
  })

  it('drops a header with a line break', async () => {
    const delivery = sonzaiDelivery()
    const pairs = [...toPairs(delivery, path), ['x-trace', 'a\r\nx-other: b'] as const]
    raw.send(frame(types.headers, endHeaders, 1, toBlock(pairs)), frame(types.data, endStream, 1, delivery.body))
    await vi.waitFor(() => expect(endpoint.handled).toHaveLength(1), 20_000)
    const names = [...endpoint.handled[0]!.headers].map(([name]) => name)
    expect(names.filter((name) => name.startsWith('x-'))).toEqual([])
  })
})
