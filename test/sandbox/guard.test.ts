import { request } from 'node:http'
import { networkInterfaces } from 'node:os'
import { text } from 'node:stream/consumers'
import type { Sandbox } from '@sallyport/sandbox'
import { describe, expect, it } from 'vitest'
import { useBench } from '../support/sandbox/open-sandbox.ts'

const bench = useBench()

/** Sends a request with headers that `fetch` would set itself. */
function send(
  sandbox: Sandbox,
  method: string,
  path: string,
  headers: Record<string, string>,
  body = '',
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(sandbox.url + path, { method, headers }, (response) => {
      text(response).then((answer) => resolve({ status: response.statusCode ?? 0, body: answer }), reject)
    })
    outgoing.on('error', reject).end(body)
  })
}

const form = { 'content-type': 'application/x-www-form-urlencoded' }

describe("the sandbox's server", () => {
  describe('the host guard', () => {
    it.each(['evil.example', 'evil.example:80', 'localhost.evil.example', '127.0.0.1.evil.example'])(
      'refuses Host: %j',
      async (host) => {
        const sandbox = await bench.start()
        for (const path of ['/', '/sonzai', '/trigger', '/api/v1/webhooks', '/v1/events/types']) {
          expect((await send(sandbox, 'GET', path, { host })).status).not.toBe(200)
        }
      },
    )

    it.each(['localhost', '127.0.0.1:3000', '[::1]:3000', 'LOCALHOST'])('accepts Host: %j', async (host) => {
      const sandbox = await bench.start()
      expect((await send(sandbox, 'GET', '/', { host })).status).toBe(200)
    })

    it('accepts the names in allowedHosts', async () => {
      const sandbox = await bench.start({ allowedHosts: ['sandbox.test'] })
      expect((await send(sandbox, 'GET', '/', { host: 'sandbox.test:4000' })).status).toBe(200)
    })

    // Elsewhere the whole of 127.0.0.0/8 is not there by itself.
    it.each(process.platform === 'linux' ? ['127.0.0.2', '0.0.0.0'] : ['0.0.0.0'])(
      'accepts its own address when it listens at %s',
      async (host) => {
        const sandbox = await bench.start({ host })
        expect((await fetch(sandbox.url)).status).toBe(200)
        expect((await send(sandbox, 'GET', '/', { host: 'evil.example' })).status).toBe(403)
      },
    )
  })

  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
  const outside = addresses.find(({ family, internal }) => family === 'IPv4' && !internal)?.address

  it.skipIf(outside === undefined)('is not reachable from the network', async () => {
    const sandbox = await bench.start()
    await expect(fetch(`http://${outside}:${sandbox.port}/`)).rejects.toThrow('fetch failed')
  })

  describe('the form guard', () => {
    const post = (sandbox: Sandbox, origin: Record<string, string>) =>
      send(sandbox, 'POST', '/sonzai/notify', { ...form, ...origin }, 'agent=a&user=u&content=c')

    it('accepts a form of its own page', async () => {
      const sandbox = await bench.start()
      expect((await post(sandbox, { origin: sandbox.url })).status).toBe(303)
      expect(sandbox.sonzai.notifications('a')).toHaveLength(1)
    })

    it.each([
      ['no origin', {}],
      ['the origin null', { origin: 'null' }],
      ['another site', { origin: 'https://evil.example' }],
      ['another port', { origin: 'http://127.0.0.1:1' }],
    ])('rejects a form with %s', async (_what, origin) => {
      const sandbox = await bench.start()
      expect((await post(sandbox, origin)).status).toBe(403)
      expect(sandbox.sonzai.notifications('a')).toEqual([])
      // Nor what programs send, whatever its type.
      sandbox.sonzai.register('agent.message', { webhookUrl: 'http://127.0.0.1:9/' })
      for (const type of ['application/json', 'text/plain']) {
        const headers = { 'content-type': type, ...origin }
        const sent = await send(sandbox, 'POST', '/trigger/sonzai', headers, '{"event":"agent.message"}')
        expect(sent.status).toBe(403)
      }
      await sandbox.idle()
      expect(sandbox.sonzai.attempts('agent.message')).toEqual([])
    })

    it.each([
      ['no JSON', 'sonzai', '{', 400],
      ['no event', 'sonzai', '{}', 422],
      ['an unknown member', 'sonzai', '{"event":"x","evnt":1}', 422],
      ['an unknown platform', '__proto__', '{"event":"x"}', 404],
      ['an unknown fault', 'sonzai', '{"event":"agent.message","faults":["dorp"]}', 422],
    ])('answers a trigger with %s', async (_what, platform, body, status) => {
      const sandbox = await bench.start()
      sandbox.sonzai.register('agent.message', { webhookUrl: 'http://127.0.0.1:9/' })
      const answer = await send(sandbox, 'POST', `/trigger/${platform}`, { origin: sandbox.url }, body)
      expect({ status: answer.status, ...(JSON.parse(answer.body) as object) }).toMatchObject({
        status,
        code: expect.any(String),
        message: expect.any(String),
      })
    })
  })

  it('forbids scripts, frames and caches on pages', async () => {
    const sandbox = await bench.start()
    for (const path of ['/', '/sonzai', '/invoratec', '/fleet', '/langsmith']) {
      const { headers, status } = await fetch(sandbox.url + path)
      expect(status).toBe(200)
      expect(headers.get('content-security-policy')).toMatch(
        /default-src 'none'.*form-action 'self'.*frame-ancestors 'none'/,
      )
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect((await fetch(sandbox.url + path, { method: 'HEAD' })).status).toBe(200)
    }
    expect((await fetch(`${sandbox.url}/fleet/none`)).status).toBe(404)
    expect((await fetch(`${sandbox.url}/attempts/none`)).status).toBe(404)
  })

  it('rejects a body above 1 MiB', async () => {
    const sandbox = await bench.start()
    const headers = { authorization: 'Bearer sk_sandbox' }
    const body = JSON.stringify({ webhook_url: 'https://example.com', auth_header: 'x'.repeat(1024 * 1024) })
    const answer = await fetch(`${sandbox.url}/api/v1/webhooks/agent.message`, { method: 'PUT', headers, body })
    expect(answer.status).toBe(413)
  })
})
