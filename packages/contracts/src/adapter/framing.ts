import { expect } from 'vitest'
import { sonzaiDelivery } from './deliveries.ts'
import { expectCounts, type Endpoint } from './endpoint.ts'
import { lastChunk, rawHead, rawRequest } from './raw-request.ts'
import type { Suite } from './suite.ts'

/** How a body is announced and sent. */
interface Framed {
  readonly headers: readonly (readonly [string, string])[]
  readonly content: string
}

/** Frames a body; `next` is a whole request that follows it on the connection. */
type Frame = (body: string, next: string) => Framed

const announced =
  (toLength: (length: number, next: number) => string, name = 'Content-Length'): Frame =>
  (body, next) => ({ headers: [[name, toLength(body.length, next.length)]], content: body })

const chunked =
  (toContent: (body: string, size: string) => string, ...headers: readonly (readonly [string, string])[]): Frame =>
  (body) => ({
    headers: headers.length > 0 ? headers : [['Transfer-Encoding', 'chunked']],
    content: toContent(body, body.length.toString(16)),
  })

const plain = (body: string, size: string): string => `${size}\r\n${body}\r\n${lastChunk}`
const coding = (value: string, name = 'Transfer-Encoding'): readonly [string, string] => [name, value]

/** Framings that two parsers may read differently: the second request would reach a parser that the first did not expect. */
const ambiguous: Readonly<Record<string, Frame>> = {
  'a length over chunks': (body, next) => ({
    headers: [['Content-Length', String(plain(body, '00').length + next.length)], coding('chunked')],
    content: plain(body, body.length.toString(16)),
  }),
  'chunks over a length': chunked(plain, coding('chunked'), ['Content-Length', '4']),
  'two lengths that differ': (body, next) => ({
    headers: [
      ['Content-Length', String(body.length)],
      ['Content-Length', String(body.length + next.length)],
    ],
    content: body,
  }),
  'one length twice': (body) => ({
    headers: [
      ['Content-Length', String(body.length)],
      ['content-length', String(body.length)],
    ],
    content: body,
  }),
  'a list of lengths': announced((length) => `${length}, ${length}`),
  'a length with a plus': announced((length) => `+${length}`),
  'a negative length': announced((length) => `-${length}`),
  'a length in hexadecimal': announced((length) => `0x${length.toString(16)}`),
  'a length with a fraction': announced((length) => `${length}.0`),
  'a length with a space inside': announced((length) => `${length} 0`),
  'a length past 64 bits': announced((length) => String(2n ** 64n + BigInt(length))),
  'an empty length': announced(() => ''),
  'a space before the colon of the length': announced(String, 'Content-Length '),
  'no length': () => ({ headers: [], content: '{}' }),
  'a length that is too short': announced((length) => String(length - 1)),
  'a coding that only ends in chunked': chunked(plain, coding('xchunked')),
  'a coding after chunked': chunked(plain, coding('chunked, identity')),
  'chunked twice': chunked(plain, coding('chunked'), coding('chunked')),
  'chunked and an unknown coding': chunked(plain, coding('chunked'), coding('cow')),
  'a coding after a vertical tab': chunked(plain, coding('\u000bchunked')),
  'a quoted coding': chunked(plain, coding('"chunked"')),
  'a folded coding': chunked(plain, coding('\r\n chunked')),
  'a space before the colon of the coding': chunked(plain, coding('chunked', 'Transfer-Encoding ')),
  'identity with a length': (body) => ({
    headers: [coding('identity'), ['Content-Length', String(body.length)]],
    content: body,
  }),
  'a chunk size with a plus': chunked((body, size) => plain(body, `+${size}`)),
  'a negative chunk size': chunked((body) => plain(body, '-1')),
  'a chunk size with 0x': chunked((body, size) => plain(body, `0x${size}`)),
  'a chunk size past 64 bits': chunked((body, size) => plain(body, `1${size.padStart(17, '0')}`)),
  'an empty chunk size': chunked((body) => plain(body, '')),
  'a chunk size before a space': chunked((body, size) => plain(body, `${size} `)),
  'a chunk longer than its size': chunked((body) => plain(body, (body.length - 2).toString(16))),
  'chunks that end in bare LF': chunked((body, size) => `${size}\n${body}\n0\n\n`),
  'a bare LF in a chunk extension': chunked((body, size) => plain(body, `${size};a\nb`)),
  'a chunk extension of 17 KB': chunked((body, size) => plain(body, `${size};${'a'.repeat(17_000)}`)),
  'a last chunk without its end': chunked((body, size) => `${size}\r\n${body}\r\n0\r\n`),
  'a length in a trailer': chunked((body, size) => `${size}\r\n${body}\r\n0\r\nContent-Length: 5\r\n\r\n`),
  'trailers of 17 KB': chunked((body, size) => `${size}\r\n${body}\r\n0\r\nx: ${'y'.repeat(17_000)}\r\n\r\n`),
}

/** Framings that are rare, and mean one thing only (RFC 9112, sections 6 and 7). */
const unusual: Readonly<Record<string, Frame>> = {
  'a length with leading zeros': announced((length) => `000${length}`),
  'white space around the length': announced((length) => `  ${length}  `),
  'chunked in capitals': chunked(plain, coding('CHUNKED')),
  'chunk extensions': chunked((body, size) => `${size};a=b;c="d"\r\n${body}\r\n0;e\r\n\r\n`),
  'a chunk size with leading zeros': chunked((body, size) => plain(body, `0000${size}`)),
  trailers: chunked((body, size) => `${size}\r\n${body}\r\n0\r\nx-checksum: y\r\n\r\n`),
}

/** Where a body ends: nothing is handled that another parser on the way could have read as part of another request. */
export function checkFraming({ it, open }: Suite): void {
  async function send(frame: Frame): Promise<{ endpoint: Endpoint; statuses: readonly number[] }> {
    const endpoint = await open()
    const connection = await endpoint.connect()
    const [first, second] = [sonzaiDelivery(), sonzaiDelivery()]
    const next = rawRequest({ url: endpoint.url, headers: second.plainHeaders }, second.body)
    const { headers, content } = frame(toText(first.body), toText(next))
    const head = rawHead({ url: endpoint.url, headers: [...Object.entries(first.plainHeaders), ...headers] }, 'none')
    connection.send(head, content, next)
    return { endpoint, statuses: await connection.statuses(2) }
  }

  for (const [name, frame] of Object.entries(ambiguous)) {
    it(`rejects ${name}, and what follows`, async () => {
      const { endpoint, statuses } = await send(frame)
      expect(statuses.filter((status) => status < 400 || status > 499)).toEqual([])
      expect(endpoint.handled).toHaveLength(0)
      await endpoint.post(sonzaiDelivery()).expect(200)
      await expectCounts(endpoint)
    })
  }

  for (const [name, frame] of Object.entries(unusual)) {
    it(`accepts ${name}`, async () => {
      const { endpoint, statuses } = await send(frame)
      expect(statuses).toEqual([200, 200])
      expect(endpoint.handled).toHaveLength(2)
    })
  }

  it('does not read a signature from a trailer', async () => {
    const endpoint = await open()
    const connection = await endpoint.connect()
    const { plainHeaders, body } = sonzaiDelivery()
    const { 'Sonzai-Signature': signature, ...headers } = plainHeaders
    const chunks = `${body.length.toString(16)}\r\n${toText(body)}\r\n0\r\nSonzai-Signature: ${signature}\r\n\r\n`
    connection.send(rawHead({ url: endpoint.url, headers: { ...headers, Trailer: 'Sonzai-Signature' } }, 'chunked'))
    connection.send(chunks)
    expect((await connection.read()).body.toString()).toContain('SIGNATURE_MISSING')
    expect(endpoint.handled).toHaveLength(0)
  })
}

function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1')
}
