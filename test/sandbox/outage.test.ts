import { SallyportError } from 'sallyport'
import { expect, test } from 'vitest'
import { call, keys, useBench } from '../support/sandbox/open-sandbox.ts'

const bench = useBench()

test('as many calls fail as were told to, nothing is done by them, and pages stay', async () => {
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

test('503 is what fails unless said otherwise; it can be taken back', async () => {
  const sandbox = await bench.start()
  const read = async () => (await call(sandbox, 'GET', '/v1/events/types', { key: keys.invoratec })).status
  sandbox.failCalls({ calls: 5 })
  expect(await read()).toBe(503)
  sandbox.failCalls({ calls: 0 })
  expect(await read()).toBe(200)
})

test.each([
  { calls: -1 },
  { calls: 1.5 },
  { calls: 1, status: 200 },
  { calls: 1, status: 404 },
  { calls: 1, retryAfterSeconds: -1 },
])('%j is refused', async (outage) => {
  const sandbox = await bench.start()
  expect(() => sandbox.failCalls(outage)).toThrow(expect.toSatisfy((error) => SallyportError.is(error)))
})
