import { SallyportError } from 'sallyport'
import { describe, expect, it } from 'vitest'
import { call, keys, useBench } from '../support/sandbox/open-sandbox.ts'

const bench = useBench()

describe('failCalls', () => {
  it('fails the given number of calls and nothing else', async () => {
    const sandbox = await bench.start()
    sandbox.failCalls({ calls: 3, status: 429, retryAfterSeconds: 7 })
    const body = { webhook_url: 'https://example.com/' }
    const register = () => call(sandbox, 'PUT', '/api/v1/webhooks/agent.message', { key: keys.sonzai, body })
    const first = await register()
    expect(first.status).toBe(429)
    expect(first.headers.get('retry-after')).toBe('7')
    expect(first.headers.get('content-type')).toBe('application/problem+json')
    expect((await fetch(`${sandbox.url}/sonzai`)).status).toBe(200)
    expect((await call(sandbox, 'GET', '/v1/events/types', { key: keys.invoratec })).status).toBe(429)
    expect((await call(sandbox, 'GET', '/v1/platform/fleet-webhooks', { key: keys.fleet })).status).toBe(429)
    expect(sandbox.sonzai.list()).toEqual([])
    expect((await register()).status).toBe(200)
  })

  it('answers 503 by default, and can be turned off', async () => {
    const sandbox = await bench.start()
    const read = async () => (await call(sandbox, 'GET', '/v1/events/types', { key: keys.invoratec })).status
    sandbox.failCalls({ calls: 5 })
    expect(await read()).toBe(503)
    sandbox.failCalls({ calls: 0 })
    expect(await read()).toBe(200)
  })

  it.each([
    { calls: -1 },
    { calls: 1.5 },
    { calls: 1, status: 200 },
    { calls: 1, status: 404 },
    { calls: 1, retryAfterSeconds: -1 },
  ])('rejects %j', async (outage) => {
    const sandbox = await bench.start()
    expect(() => sandbox.failCalls(outage)).toThrow(expect.toSatisfy((error) => SallyportError.is(error)))
  })
})
