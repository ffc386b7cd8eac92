import { expect } from 'vitest'
import { sonzaiDelivery } from './deliveries.ts'
import type { Endpoint } from './endpoint.ts'
import { expectProblem } from './problem-document.ts'
import { providers, verifyToken } from './providers.ts'
import { rawHead, rawRequest } from './raw-request.ts'
import type { RawResponse } from './raw-response.ts'
import type { Suite } from './suite.ts'

const settings = { provider: providers.withHandshake }

const query = (parameters: Record<string, string>): string => `?${String(new URLSearchParams(parameters))}`
const honest = { 'hub.mode': 'subscribe', 'hub.verify_token': verifyToken, 'hub.challenge': '1158201444' }

async function ask(endpoint: Endpoint, method: 'GET' | 'HEAD', search = ''): Promise<RawResponse> {
  const connection = await endpoint.connect()
  connection.send(rawHead({ method, url: endpoint.url + search, headers: {} }, 'none'))
  return connection.read(method)
}

async function post(endpoint: Endpoint, body: Uint8Array, headers: Readonly<Record<string, string>>) {
  const connection = await endpoint.connect()
  connection.send(rawRequest({ url: endpoint.url, headers }, Buffer.from(body)))
  return connection.read()
}

function expectPlain(response: RawResponse, status: number, body: string): void {
  expect({ status: response.status, body: response.body.toString() }).toEqual({ status, body })
  expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  expect(response.headers.get('cache-control')).toBe('no-store')
}

async function expectHandshakes({ receiver, handled }: Endpoint, count: number): Promise<void> {
  expect((await receiver.counts()).outcomes).toEqual({ handshake: count })
  expect(handled).toEqual([])
}

/** Handshakes are answered as the sender wants, over every host, and are no events. */
export function checkHandshakes({ it, open }: Suite): void {
  it('answers a signed challenge in JSON, in text and with nothing', async () => {
    const endpoint = await open(settings)
    const challenge = 'pogchamp-kappa.360_noscope~vohiyo+/='
    for (const [shape, status, type, body] of [
      ['json', 200, 'application/json', `{"challenge":"${challenge}"}`],
      ['text', 200, 'text/plain', challenge],
      ['empty', 204, undefined, ''],
    ] as const) {
      const delivery = sonzaiDelivery({ content: { challenge, shape } })
      const response = await post(endpoint, delivery.body, delivery.plainHeaders)
      expectPlain(response, status, body)
      if (type !== undefined) expect(response.headers.get('content-type')?.split(';')[0]).toBe(type)
    }
    await expectHandshakes(endpoint, 3)
  })

  it('answers no unsigned or forged challenge', async () => {
    const endpoint = await open(settings)
    const content = { challenge: 'challenge' }
    const unsigned = sonzaiDelivery({ content, headers: { 'sonzai-signature': undefined } })
    const forged = sonzaiDelivery({ content, secret: 'whsec_of-somebody-else' })
    expectProblem(await post(endpoint, unsigned.body, unsigned.plainHeaders), 'SIGNATURE_MISSING')
    expectProblem(await post(endpoint, forged.body, forged.plainHeaders), 'SIGNATURE_MISMATCH')
    expect((await endpoint.receiver.counts()).outcomes).toEqual({ refused: 2 })
  })

  it('answers a GET with the verify token, and a HEAD', async () => {
    const endpoint = await open(settings)
    const response = await ask(endpoint, 'GET', query(honest))
    expectPlain(response, 200, '1158201444')
    expect(response.headers.get('content-type')?.split(';')[0]).toBe('text/plain')
    expectPlain(await ask(endpoint, 'HEAD'), 200, '')
    await expectHandshakes(endpoint, 2)
  })

  it('rejects a GET with another token, or that sends back a page', async () => {
    const endpoint = await open(settings)
    for (const [search, code] of [
      [query({ ...honest, 'hub.verify_token': 'guessed' }), 'CREDENTIAL_MISMATCH'],
      [query({ ...honest, 'hub.challenge': '<script>alert(1)</script>' }), 'HANDSHAKE_INVALID'],
      [`${query(honest)}&hub.challenge=2`, 'HANDSHAKE_INVALID'],
      ['', 'HANDSHAKE_INVALID'],
    ] as const) {
      const response = await ask(endpoint, 'GET', search)
      expect(JSON.parse(response.body.toString())).toMatchObject({ code })
      expect(response.body.toString()).not.toContain('script')
    }
    expect((await endpoint.receiver.counts()).outcomes).toEqual({ refused: 4 })
  })

  it('passes an unsigned token on, and trusts nothing else', async () => {
    const endpoint = await open(settings)
    const headers = { 'content-type': 'application/json' }
    const token = Buffer.from('{"verification_token":"secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl"}')
    expectPlain(await post(endpoint, token, headers), 200, '')
    await expectHandshakes(endpoint, 1)
    const more = Buffer.from('{"verification_token":"a","event_type":"agent.message"}')
    expectProblem(await post(endpoint, more, headers), 'SIGNATURE_MISSING')
  })

  it('names the methods it answers in a 405', async () => {
    const endpoint = await open(settings)
    const connection = await endpoint.connect()
    connection.send(rawHead({ method: 'PUT', url: endpoint.url, headers: {} }, 'none'))
    expect((await connection.read()).headers.get('allow')).toBe('POST, GET, HEAD')
  })
}
