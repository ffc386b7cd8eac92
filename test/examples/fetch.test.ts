import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Provider } from 'sallyport'
import { github } from 'sallyport/providers/github'
import { sonzai } from 'sallyport/providers/sonzai'
import { stripe } from 'sallyport/providers/stripe'
import { signDelivery, type SignedDelivery, type SignOptions } from 'sallyport/testing'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { secrets } from '../support/examples/environment.ts'
import { send } from '../support/examples/serve.ts'

beforeAll(() => {
  for (const [name, value] of Object.entries(secrets)) vi.stubEnv(name, value)
  vi.spyOn(console, 'log').mockImplementation(() => {})
  vi.spyOn(console, 'warn').mockImplementation(() => {})
  vi.spyOn(console, 'error').mockImplementation(() => {})
})

const wakeup = (options: Partial<SignOptions> = {}): SignedDelivery =>
  signDelivery(sonzai(), { secret: secrets.SONZAI_WEBHOOK_SECRET, type: 'on_wakeup_ready', ...options })

type Fetch = (request: Request) => Response | Promise<Response>

async function loadBun(): Promise<Fetch> {
  const { default: program } = await import('../../examples/bun.ts')
  return (request) => program.fetch(request, { requestIP: () => ({ address: '192.0.2.1' }) })
}

async function loadDeno(): Promise<Fetch> {
  const { default: program } = await import('../../examples/deno.ts')
  return (request) => program.fetch(request, { remoteAddr: { hostname: '192.0.2.1' } })
}

async function loadWorker(): Promise<Fetch> {
  const { default: worker } = await import('../../examples/cloudflare.ts')
  return (request) => worker.fetch(request, {}, { waitUntil() {} })
}

describe.each<[string, () => Promise<Fetch>]>([
  ['fetch.ts', async () => (await import('../../examples/fetch.ts')).default.fetch],
  ['bun.ts', loadBun],
  ['deno.ts', loadDeno],
  ['cloudflare.ts', loadWorker],
  ['hono.ts', async () => (await import('../../examples/hono.ts')).default.fetch],
  ['next.ts', async () => (await import('../../examples/next.ts')).POST],
])('examples/%s', (_file, load) => {
  const toRequest = ({ plainHeaders: headers, body }: SignedDelivery): Request =>
    new Request('http://localhost/webhooks/sonzai', { method: 'POST', headers, body: Buffer.from(body) })

  it('handles a delivery, and rejects a forged one', async () => {
    const handle = await load()
    expect(await (await handle(toRequest(wakeup()))).json()).toEqual({ outcome: 'handled' })
    expect((await handle(toRequest(wakeup({ secret: 'guessed' })))).status).toBe(401)
  })
})

describe.each([
  ['verify.ts', stripe(), secrets.STRIPE_WEBHOOK_SECRET, async () => (await import('../../examples/verify.ts')).POST],
  [
    'safe-verify.ts',
    github(),
    secrets.GITHUB_WEBHOOK_SECRET,
    async () => (await import('../../examples/safe-verify.ts')).POST,
  ],
] as const)('examples/%s', (_file, provider, secret, load) => {
  const post = async (own: string): Promise<number> => {
    const handle: (request: Request) => Promise<Response> = await load()
    const { plainHeaders: headers, body } = signDelivery(provider as Provider, { secret: own })
    const request = new Request('http://localhost/', { method: 'POST', headers, body: Buffer.from(body) })
    return (await handle(request)).status
  }

  it('accepts a signed delivery', async () => {
    expect(await post(secret)).toBe(204)
  })

  it('answers 401 to a forged one', async () => {
    expect(await post('guessed')).toBe(401)
  })
})

describe('examples/serverless.ts', () => {
  it('verifies bytes a host kept; rejects a request without them', async () => {
    const { sonzaiWebhook } = await import('../../examples/serverless.ts')
    const server = createServer((request, response) => void serveParsed(sonzaiWebhook, request, response)).listen(0)
    await once(server, 'listening')
    const url = `http://localhost:${(server.address() as AddressInfo).port}`
    expect(await send(`${url}/bytes`, wakeup())).toEqual({ status: 200, said: 'handled' })
    const forged = wakeup({ secret: 'guessed' })
    expect(await send(`${url}/bytes`, forged)).toEqual({ status: 401, said: 'SIGNATURE_MISMATCH' })
    expect(await send(`${url}/no-bytes`, wakeup())).toEqual({ status: 500, said: 'BODY_ALREADY_PARSED' })
    server.close()
  })
})

/** As a host that reads and parses the body before it calls its function. */
async function serveParsed(
  handle: (request: IncomingMessage & { rawBody?: Uint8Array; body?: unknown }, response: ServerResponse) => unknown,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const rawBody = Buffer.concat(await request.toArray())
  const parsed = { body: JSON.parse(rawBody.toString()) as unknown }
  await handle(Object.assign(request, parsed, request.url === '/bytes' ? { rawBody } : {}), response)
}

describe('examples/lambda.ts', () => {
  it('answers an event of an HTTP API, its body as text or base64', async () => {
    const { handler } = await import('../../examples/lambda.ts')
    const toEvent = ({ plainHeaders: headers, body }: SignedDelivery, isBase64Encoded: boolean) => ({
      version: '2.0',
      rawPath: '/webhooks/sonzai',
      rawQueryString: '',
      headers,
      body: Buffer.from(body).toString(isBase64Encoded ? 'base64' : 'utf8'),
      isBase64Encoded,
      requestContext: { http: { method: 'POST', sourceIp: '192.0.2.1' } },
    })
    expect(await handler(toEvent(wakeup(), true))).toMatchObject({ statusCode: 200, body: '{"outcome":"handled"}' })
    expect(await handler(toEvent(wakeup({ now: Date.now() - 5000 }), false))).toMatchObject({ statusCode: 200 })
    expect(await handler(toEvent(wakeup({ secret: 'guessed' }), true))).toMatchObject({ statusCode: 401 })
  })
})
