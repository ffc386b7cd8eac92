import { expect } from 'vitest'
import { secret, sonzaiDelivery } from './deliveries.ts'
import { rawRequest } from './raw-request.ts'
import type { Suite } from './suite.ts'

/** Security headers as they arrive on the wire: in any case, repeated or malformed. */
export function checkHeaders({ it, open }: Suite): void {
  it('finds headers in any case', async () => {
    const endpoint = await open()
    for (const spell of [(name: string) => name.toUpperCase(), (name: string) => name.toLowerCase(), mixCase]) {
      const { plainHeaders, body } = sonzaiDelivery()
      const connection = await endpoint.connect()
      const headers = Object.entries(plainHeaders).map(([name, value]) => [spell(name), value] as const)
      connection.send(rawRequest({ url: endpoint.url, headers }, body))
      expect((await connection.read()).status).toBe(200)
    }
  })

  for (const [name, order] of Object.entries({ first: [0, 1], second: [1, 0] } as const)) {
    it(`rejects two signature headers if only the ${name} is valid`, async () => {
      const endpoint = await open()
      const { plainHeaders, body } = sonzaiDelivery()
      const { 'Sonzai-Signature': signature, ...headers } = plainHeaders
      const wrong = `t=${Math.floor(Date.now() / 1000)},v1=${'0'.repeat(64)}`
      const both = [signature!, wrong]
      const pairs = order.map((index) => ['Sonzai-Signature', both[index]!] as const)
      const connection = await endpoint.connect()
      connection.send(rawRequest({ url: endpoint.url, headers: [...Object.entries(headers), ...pairs] }, body))
      const { status } = await connection.read()
      expect([400, 401]).toContain(status)
      expect(endpoint.handled).toHaveLength(0)
    })
  }

  it('rejects the same signature header twice, in any case', async () => {
    const endpoint = await open()
    const { plainHeaders, body } = sonzaiDelivery()
    const connection = await endpoint.connect()
    for (const name of ['Sonzai-Signature', 'sonzai-signature', 'SONZAI-SIGNATURE']) {
      const again = [name, plainHeaders['Sonzai-Signature']!] as const
      connection.send(rawRequest({ url: endpoint.url, headers: [...Object.entries(plainHeaders), again] }, body))
      expect((await connection.read()).status).toBe(400)
    }
    expect(endpoint.handled).toHaveLength(0)
  })

  it('rejects a signature header with non-ASCII bytes', async () => {
    const endpoint = await open()
    const { plainHeaders, body } = sonzaiDelivery()
    const headers = { ...plainHeaders, 'Sonzai-Signature': `${plainHeaders['Sonzai-Signature']!},v\u00b9=\u00e9` }
    const connection = await endpoint.connect()
    connection.send(rawRequest({ url: endpoint.url, headers }, body))
    expect((await connection.read()).body.toString()).toContain('HEADER_INVALID')
  })

  it('verifies with every configured secret and no other', async () => {
    const endpoint = await open({ options: { secret: ['whsec_former', secret] } })
    for (const each of ['whsec_former', secret]) await endpoint.post(sonzaiDelivery({ secret: each })).expect(200)
    await endpoint.post(sonzaiDelivery({ secret: 'whsec_never' })).expect(401)
  })
}

function mixCase(name: string): string {
  return name.toLowerCase().replaceAll(/[aeio]/g, (vowel) => vowel.toUpperCase())
}
