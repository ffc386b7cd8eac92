import { expect } from 'vitest'
import { marker, sonzaiDelivery } from './deliveries.ts'
import { lastChunk, rawChunk, rawHead, rawRequest } from './raw-request.ts'
import type { Suite } from './suite.ts'

const event = (text: string): string => `{"event_type":"agent.message","content":"${text}"}`

const bodies: Readonly<Record<string, string | Buffer>> = {
  'an emoji and other scripts': event('🌸 元気? ą ß \u{1f469}\u200d\u{1f680}'),
  'a byte order mark': `\ufeff${event('after a mark')}`,
  'CRLF, tabs and spaces': `\r\n\t${event('x').replaceAll(',', ' ,\r\n\t')} \r\n`,
  'replacement patterns': event("$& $' $` $$ $1 $<name>"),
  'escapes and their plain form': event(String.raw`\ud83c\udf38 \u0041 A \/ /`),
  'numbers that JSON.parse changes': '{"event_type":"agent.message","n":1.0,"big":12345678901234567890,"e":1e2}',
  'a member name twice': '{"event_type":"agent.wakeup","event_type":"agent.message"}',
}

/** Handlers get exactly the bytes sent, and the signature is verified over those bytes. */
export function checkExactBytes({ it, open }: Suite): void {
  for (const [name, body] of Object.entries(bodies)) {
    it(`accepts ${name}, byte for byte`, async () => {
      const endpoint = await open()
      const delivery = sonzaiDelivery({ body })
      await endpoint.post(delivery).expect(200)
      expect(Buffer.from(endpoint.handled[0]!.body).equals(delivery.body)).toBe(true)
    })
  }

  it('verifies the signature before it rejects non-UTF-8 bytes', async () => {
    const endpoint = await open()
    const response = await endpoint
      .post(sonzaiDelivery({ body: Buffer.from([0, 0xff, 0xfe, 0x0d, 0x0a, 0x80]) }))
      .expect(400)
    expect(response.body).toMatchObject({ code: 'BODY_NOT_UTF8' })
  })

  it('verifies the signature before it rejects an empty body', async () => {
    const endpoint = await open()
    const empty = sonzaiDelivery({ body: '' })
    const response = await endpoint.post(empty).expect(400)
    expect(response.body).toMatchObject({ code: 'BODY_NOT_JSON' })
    const connection = await endpoint.connect()
    connection.send(rawHead({ url: endpoint.url, headers: empty.plainHeaders }, 'none'))
    expect((await connection.read()).body.toString()).toContain('BODY_NOT_JSON')
  })

  it('rejects a body with one bit flipped', async () => {
    const endpoint = await open()
    const delivery = sonzaiDelivery()
    for (const at of [0, delivery.body.length >> 1, delivery.body.length - 1]) {
      const body = Buffer.from(delivery.body)
      body[at]! ^= 1
      const response = await endpoint.post({ ...delivery, body }).expect(401)
      expect(response.body).toMatchObject({ code: 'SIGNATURE_MISMATCH' })
    }
    expect(endpoint.handled).toHaveLength(0)
  })

  it('rejects a signature with one bit flipped', async () => {
    const endpoint = await open()
    const delivery = sonzaiDelivery()
    const signature = delivery.plainHeaders['Sonzai-Signature']!
    const flipped = signature.slice(0, -1) + (Number.parseInt(signature.at(-1)!, 16) ^ 1).toString(16)
    const response = await endpoint.post({
      ...delivery,
      plainHeaders: { ...delivery.plainHeaders, 'Sonzai-Signature': flipped },
    })
    expect(response.body).toMatchObject({ status: 401, code: 'SIGNATURE_MISMATCH' })
  })

  it('rejects other bytes that decode to the same text', async () => {
    const endpoint = await open()
    const delivery = sonzaiDelivery({ body: event('\ufffd') })
    const at = delivery.body.indexOf(0xef)
    const body = Buffer.concat([delivery.body.subarray(0, at), Buffer.from([0xff]), delivery.body.subarray(at + 3)])
    await endpoint.post({ ...delivery, body }).expect(401)
  })

  it('joins chunks that split a character', async () => {
    const endpoint = await open()
    const delivery = sonzaiDelivery({ body: event('🌸🌸') })
    const connection = await endpoint.connect()
    connection.send(rawHead({ url: endpoint.url, headers: delivery.plainHeaders }, 'chunked'))
    for (const byte of delivery.body) connection.send(rawChunk(Buffer.from([byte])))
    connection.send(lastChunk)
    expect((await connection.read()).status).toBe(200)
    expect(Buffer.from(endpoint.handled[0]!.body).equals(delivery.body)).toBe(true)
  })

  it('accepts ten megabytes intact with a raised limit', async () => {
    const endpoint = await open({ options: { maxBodyBytes: 11_000_000 } })
    const delivery = sonzaiDelivery({ body: event(`${marker} ü`.repeat(Math.ceil(10_000_000 / (marker.length + 3)))) })
    expect(delivery.body.length).toBeGreaterThan(10_000_000)
    const connection = await endpoint.connect()
    connection.send(rawRequest({ url: endpoint.url, headers: delivery.plainHeaders }, delivery.body))
    expect((await connection.read()).status).toBe(200)
    expect(Buffer.from(endpoint.handled[0]!.body).equals(delivery.body)).toBe(true)
  })
}
