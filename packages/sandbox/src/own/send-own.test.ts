import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createReceiver, type Provider } from 'sallyport'
import { webhook } from 'sallyport/node'
import { defineProvider, fromHeader, hmac, parts, sharedSecret, unchecked, type Scheme } from 'sallyport/provider'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createSandbox } from '../create-sandbox.ts'

const secret = 'of-acme-and-long-enough'
const identify: Provider['identify'] = ({ body, signedHeader }) => ({
  id: signedHeader('x-id'),
  type: body['type'],
  data: body['data'],
})
const toProvider = (scheme: Scheme) =>
  defineProvider({ name: 'acme', scheme, identify, events: { 'order.paid': unchecked<object>() } })
const signed = toProvider(
  hmac({
    header: 'x-signature',
    encoding: 'hex',
    signed: [parts.header('x-id'), parts.literal('.'), parts.header('x-time'), parts.literal('.'), parts.body],
    freshness: fromHeader('x-time', 'seconds'),
  }),
)
const sent = toProvider(sharedSecret({ header: 'x-token' }))

async function serve(provider: Provider): Promise<string> {
  const receiver = createReceiver(provider, { secret }).onAny(() => {})
  const server = createServer(webhook(receiver)).listen(0, '127.0.0.1')
  onTestFinished(() => server.close().closeAllConnections())
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`
}

async function open() {
  const sandbox = await createSandbox({ retry: { delayMs: 0 } })
  onTestFinished(() => sandbox.stop())
  return sandbox
}

describe('sandbox.send', () => {
  it.each([
    ['signs', signed, [], 'delivered', [200]],
    ['retries what is lost', signed, ['drop'], 'delivered', [0, 200]],
    ['keeps the id in a retry', signed, ['duplicate'], 'delivered', [200, 200]],
    ['forges a signature', signed, ['wrong-signature'], 'delivered', [401, 200]],
    ['forges a credential', sent, ['wrong-signature'], 'delivered', [401, 200]],
    ['signs an old time', signed, ['stale'], 'delivered', [401, 200]],
    ['changes a byte', signed, ['corrupt'], 'delivered', [401, 200]],
  ] as const)('%s for a provider of your own', async (_what, provider, faults, status, codes) => {
    const sandbox = await open()
    const { finished, platform, eventType } = sandbox.send(provider, { url: await serve(provider), secret, faults })
    const result = await finished
    expect([platform, eventType, result.status]).toEqual(['own', 'order.paid', status])
    expect(result.attempts.map(({ responseCode }) => responseCode)).toEqual(codes)
  })

  it('throws at once for what it cannot sign or send', async () => {
    const sandbox = await open()
    const url = 'http://127.0.0.1:9/'
    const code = { ...signed, scheme: { ...signed.scheme, definition: undefined } }
    expect(() => sandbox.send(code, { url, secret })).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }))
    expect(() => sandbox.send(signed, { url: 'ftp://a', secret })).toThrow(
      expect.objectContaining({ code: 'VALUE_INVALID' }),
    )
    expect(() => sandbox.send(signed, { url, secret, fault: 'drop' } as never)).toThrow(/unknown option "fault"/)
  })
})
