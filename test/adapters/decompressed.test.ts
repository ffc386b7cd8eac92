import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { createReceiver, SallyportError, type Provider } from 'sallyport'
import { webhook } from 'sallyport/express'
import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery } from 'sallyport/testing'
import express, { type RequestHandler } from 'express'
import supertest from 'supertest'
import { describe, expect, it } from 'vitest'

const secret = 'whsec_decompressed'
const json = Buffer.from('{"event_type":"agent.message","content":"ü 🌸"}')
const packers = { gzip: gzipSync, 'x-gzip': gzipSync, deflate: deflateSync, br: brotliCompressSync } as const
const providerOf = (signed: 'wire' | 'decoded'): Provider =>
  ({ ...sonzai(), contentEncoding: { accept: ['gzip', 'deflate', 'br'], signed } }) as unknown as Provider

const keep = (request: unknown, _response: unknown, rawBody: Buffer): void =>
  void Object.assign(request as object, { rawBody })
/** Parsers that decompress, and leave `Content-Encoding` as it is. body-parser knows `x-gzip` as little as express does. */
const parsers: Readonly<Record<string, RequestHandler>> = {
  'express.raw': express.raw({ type: '*/*' }),
  'express.json with verify': express.json({ verify: keep }),
}

async function post(
  provider: Provider,
  parser: RequestHandler | undefined,
  name: string,
  wire: Buffer,
  signed: Buffer,
) {
  const errors: unknown[] = []
  const receiver = createReceiver(provider, { secret })
    .onAny(() => {})
    .onError((error) => void errors.push(error))
  const app = express()
  if (parser) app.use(parser)
  app.use(webhook(receiver))
  const { plainHeaders } = signDelivery(sonzai(), { secret, body: signed })
  const answer = await supertest(app)
    .post('/')
    .set({ ...plainHeaders, 'content-encoding': name })
    .serialize((bytes: unknown) => bytes as string)
    .send(wire)
  const { code } = answer.body as { code?: string }
  return { status: answer.status, code, errors }
}

describe.each(Object.entries(packers))('a body in %s', (name, pack) => {
  const wire = pack(json)

  it.each(['wire', 'decoded'] as const)('is verified over its %s bytes', async (signed) => {
    const { status } = await post(providerOf(signed), undefined, name, wire, signed === 'wire' ? wire : json)
    expect(status).toBe(200)
  })

  if (name === 'x-gzip') return
  describe.each(Object.entries(parsers))('decompressed by %s', (_parser, parser) => {
    it('is verified where the sender signs the content', async () => {
      expect(await post(providerOf('decoded'), parser, name, wire, json)).toMatchObject({ status: 200 })
    })

    it('is rejected where the signature is over something else', async () => {
      const other = Buffer.from(json.toString().replace('ü', 'u'))
      expect(await post(providerOf('decoded'), parser, name, wire, other)).toMatchObject({ code: 'SIGNATURE_MISMATCH' })
    })

    it("is the host's mistake where the sender signs the wire", async () => {
      const { status, code, errors } = await post(providerOf('wire'), parser, name, wire, wire)
      expect({ status, code }).toEqual({ status: 500, code: 'BODY_ALREADY_DECODED' })
      expect(errors.map((error) => SallyportError.is(error) && error.code)).toEqual(['BODY_ALREADY_DECODED'])
    })
  })

  it('is verified where a parser keeps it compressed', async () => {
    const parser: RequestHandler = (request, _response, next) => {
      const pieces: Buffer[] = []
      request
        .on('data', (piece: Buffer) => pieces.push(piece))
        .on('end', () => {
          request.body = Buffer.concat(pieces)
          next()
        })
    }
    expect(await post(providerOf('wire'), parser, name, wire, wire)).toMatchObject({ status: 200 })
  })
})

describe('content under the name of an encoding', () => {
  it("is the sender's mistake where the host kept it whole", async () => {
    const { plainHeaders: headers, body } = signDelivery(sonzai(), { secret, body: json })
    const named = { ...headers, 'content-encoding': 'gzip', 'content-length': String(body.length) }
    const receiver = createReceiver(providerOf('wire'), { secret })
    expect(await receiver.receive({ method: 'POST', url: '/', headers: named, body })).toMatchObject({
      code: 'CONTENT_ENCODING_INVALID',
    })
  })

  it('stays damaged where it came over the wire', async () => {
    for (const signed of ['wire', 'decoded'] as const) {
      const { code } = await post(providerOf(signed), undefined, 'gzip', json, json)
      expect(code).toBe('CONTENT_ENCODING_INVALID')
    }
  })
})
