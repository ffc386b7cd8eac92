import { gzipSync } from 'node:zlib'
import { expect } from 'vitest'
import type { SignedDelivery } from 'sallyport/testing'
import { marker, sonzaiDelivery } from './deliveries.ts'
import { providers } from './providers.ts'
import type { Suite } from './suite.ts'

const json = Buffer.from(`{"event_type":"agent.message","content":"${marker} ü"}`)

/** Sent compressed, with a signature over the compressed bytes or over the content. */
function compressed(content: Buffer, signed: 'wire' | 'decoded'): SignedDelivery {
  const wire = gzipSync(content)
  const delivery = sonzaiDelivery({ body: signed === 'wire' ? wire : content, headers: { 'content-encoding': 'gzip' } })
  return { ...delivery, body: wire }
}

/** Compressed bodies: rejected unless the provider sends them; limited before and after decompression. */
export function checkCompression({ it, open }: Suite): void {
  it('rejects a compressed body and names the encoding it accepts', async () => {
    const endpoint = await open()
    const response = await endpoint.post(compressed(json, 'wire')).expect(415).expect('accept-encoding', 'identity')
    expect(response.body).toMatchObject({ code: 'CONTENT_ENCODING_UNSUPPORTED' })
  })

  it('reads x-gzip as gzip', async () => {
    const endpoint = await open({ provider: providers.gzipWire })
    const { plainHeaders, ...delivery } = compressed(json, 'wire')
    await endpoint.post({ ...delivery, plainHeaders: { ...plainHeaders, 'content-encoding': 'x-gzip' } }).expect(200)
  })

  it('verifies content that the host decompressed', async () => {
    const endpoint = await open({ provider: providers.gzipDecoded, before: 'decompressed-bytes' })
    await endpoint.post(compressed(json, 'decoded')).expect(200, { outcome: 'handled' })
    await endpoint.post(compressed(json, 'wire')).expect(401)
  })

  it('names the host where it decompressed signed bytes', async () => {
    const endpoint = await open({ provider: providers.gzipWire, before: 'decompressed-bytes' })
    const response = await endpoint.post(compressed(json, 'wire')).expect(500)
    expect(response.body).toMatchObject({ code: 'BODY_ALREADY_DECODED' })
    expect(endpoint.reports).toMatchObject([{ code: 'BODY_ALREADY_DECODED', outcome: 'failed' }])
  })

  for (const signed of ['wire', 'decoded'] as const) {
    const settings = {
      provider: signed === 'wire' ? providers.gzipWire : providers.gzipDecoded,
      options: { maxBodyBytes: 10_000 },
    }

    it(`accepts a compressed body signed over its ${signed} bytes`, async () => {
      const endpoint = await open(settings)
      const delivery = compressed(json, signed)
      await endpoint.post(delivery).expect(200, { outcome: 'handled' })
      expect(Buffer.from(endpoint.handled[0]!.body).equals(delivery.body)).toBe(true)
      await endpoint.post(sonzaiDelivery({ body: json })).expect(200)
    })

    it(`rejects a signature not made over the ${signed} bytes`, async () => {
      const endpoint = await open(settings)
      await endpoint.post(compressed(json, signed === 'wire' ? 'decoded' : 'wire')).expect(401)
      expect(endpoint.handled).toHaveLength(0)
    })

    it(`rejects a body that decompresses past the limit (${signed})`, async () => {
      const endpoint = await open(settings)
      const bomb = compressed(Buffer.alloc(2_000_000, ' '), signed)
      expect(bomb.body.length).toBeLessThan(settings.options.maxBodyBytes)
      const response = await endpoint.post(bomb).expect(413)
      expect(response.body).toMatchObject({ code: 'BODY_TOO_LARGE' })
      await endpoint.post(compressed(json, signed)).expect(200)
    })
  }
}
