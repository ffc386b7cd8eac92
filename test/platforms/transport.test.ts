import { inspect } from 'node:util'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import {
  createInvoratecClient,
  createSonzaiClient,
  PlatformError,
  requestChannel,
  type RequestReport,
} from '@sallyport/platforms'
import { afterEach, describe, expect, it } from 'vitest'
import { apiKey, fakeTime, invoratecAt, sonzaiAt } from '../support/platforms/clients.ts'
import { serve } from '../support/platforms/http-server.ts'

const reports: RequestReport[] = []
const collect = (report: unknown): void => void reports.push(report as RequestReport)
afterEach(() => {
  unsubscribe(requestChannel, collect)
  reports.length = 0
})

async function fails(work: Promise<unknown>): Promise<PlatformError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!PlatformError.is(error)) throw new Error('no PlatformError', { cause: error })
  return error
}

describe('the HTTP transport', () => {
  describe('answers', () => {
    it.each([
      [400, 'PLATFORM_BAD_REQUEST'],
      [401, 'PLATFORM_UNAUTHORIZED'],
      [403, 'PLATFORM_FORBIDDEN'],
      [404, 'PLATFORM_NOT_FOUND'],
      [409, 'PLATFORM_CONFLICT'],
      [410, 'PLATFORM_NOT_FOUND'],
      [418, 'PLATFORM_REFUSED'],
      [422, 'PLATFORM_BAD_REQUEST'],
      [429, 'PLATFORM_RATE_LIMITED'],
      [500, 'PLATFORM_UNAVAILABLE'],
      [503, 'PLATFORM_UNAVAILABLE'],
    ])('turns %i into %s with the problem document', async (status, code) => {
      const json = { type: 'https://sonz.ai/problems/x', title: 'No', detail: 'Because.', status, trace: 'abc' }
      const server = await serve(() => ({ status, json, headers: { 'retry-after': '7' } }))
      const error = await fails(sonzaiAt(server.url, { retry: { attempts: 1 } }).webhooks.list())
      expect(error).toMatchObject({
        code,
        status,
        platform: 'sonzai',
        operation: 'webhooks.list',
        retryAfterMs: 7000,
        problem: { type: 'https://sonz.ai/problems/x', title: 'No', detail: 'Because.' },
      })
      expect(error.message).toContain('sonzai webhooks.list')
      expect(JSON.parse(JSON.stringify(error))).toEqual({ code, title: error.title, status, retryAfterMs: 7000 })
    })

    it.each([[{ error: 'invalid event type' }], [{ message: 'invalid event type' }]])(
      'reads the error %j',
      async (json) => {
        const server = await serve(() => ({ status: 400, json }))
        const error = await fails(invoratecAt(server.url).webhooks.register({ event: 'x', url: 'https://example.com' }))
        expect(error.problem).toEqual({ detail: 'invalid event type' })
      },
    )

    it('does not follow a redirect', async () => {
      const other = await serve(() => ({ json: { webhooks: [] } }))
      const server = await serve(() => ({ status: 307, headers: { location: `${other.url}/api/v1/webhooks` } }))
      expect((await fails(sonzaiAt(server.url).webhooks.list())).code).toBe('PLATFORM_REDIRECTED')
      expect(other.seen).toEqual([])
    })

    it.each([
      ['not JSON', 'no'],
      ['a list', '[]'],
      ['a null', 'null'],
      ['not UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
      ['of another form', '{"webhooks":[{"event_type":7}]}'],
    ])('rejects %s without showing it', async (_name, content) => {
      const server = await serve(() => (response) => void response.end(content))
      const error = await fails(sonzaiAt(server.url).webhooks.list())
      expect(error).toMatchObject({ code: 'PLATFORM_RESPONSE_INVALID', status: 200 })
      expect(server.seen).toHaveLength(1)
    })

    it('drops __proto__', async () => {
      const server = await serve(() => (response) => void response.end('{"webhooks":null,"__proto__":{"polluted":1}}'))
      const answer = await sonzaiAt(server.url).webhooks.list()
      expect((answer as { polluted?: unknown }).polluted).toBeUndefined()
    })

    it.each([['announced'], ['not announced']])('does not read an answer that is too large, %s', async (kind) => {
      const server = await serve(() => (response) => {
        if (kind === 'announced') response.setHeader('content-length', 2_000_000)
        response.write('x'.repeat(20_000))
        if (kind !== 'announced') response.end()
      })
      const error = await fails(sonzaiAt(server.url, { maxResponseBytes: 10_000 }).webhooks.list())
      expect(error.code).toBe('PLATFORM_RESPONSE_TOO_LARGE')
    })
  })

  describe('retries', () => {
    it('retries an idempotent call with full jitter', async () => {
      const { waits, options } = fakeTime(0.5)
      const server = await serve((_, count) => (count < 4 ? { status: 502 } : { json: { webhooks: [] } }))
      await sonzaiAt(server.url, { ...options, retry: { delayMs: 100 } }).webhooks.list()
      expect(waits).toEqual([50, 100, 200])
    })

    it('waits as long as Retry-After asks', async () => {
      const { waits, options } = fakeTime(0)
      const server = await serve((_, count) =>
        count === 1
          ? { status: 429, headers: { 'retry-after': '3' } }
          : count === 2
            ? { status: 503, headers: { 'retry-after': 'Sat, 21 Nov 2026 12:00:13 GMT' } }
            : { json: {} },
      )
      await sonzaiAt(server.url, options).webhooks.list()
      expect(waits).toEqual([3000, 10_000])
    })

    it('does not wait longer than maxDelayMs', async () => {
      const { waits, options } = fakeTime()
      const server = await serve(() => ({ status: 429, headers: { 'retry-after': '3600' } }))
      const error = await fails(sonzaiAt(server.url, options).webhooks.list())
      expect(error).toMatchObject({ code: 'PLATFORM_RATE_LIMITED', retryAfterMs: 3_600_000 })
      expect(waits).toEqual([])
    })

    it.each([
      ['GET', (client) => client.webhooks.list(), 4],
      ['PUT', (client) => client.webhooks.register('x', { webhookUrl: 'https://example.com' }), 4],
      ['DELETE', (client) => client.webhooks.delete('x'), 4],
      ['POST consume', (client) => client.notifications.consume('a', 'n'), 4],
      ['POST rotate', (client) => client.webhooks.rotateSecret('x'), 1],
      [
        'POST wakeup',
        (client) => client.agents.scheduleWakeup('a', { userId: 'u', delayHours: 1, intent: 'greet' }),
        1,
      ],
    ] as [string, (client: ReturnType<typeof sonzaiAt>) => Promise<unknown>, number][])(
      '%s makes %#: its number of tries',
      async (_name, call, tries) => {
        const server = await serve(() => ({ status: 500 }))
        await fails(call(sonzaiAt(server.url)))
        expect(server.seen).toHaveLength(tries)
      },
    )

    it.each([400, 401, 403, 404, 409])('does not retry %i', async (status) => {
      const server = await serve(() => ({ status }))
      await fails(sonzaiAt(server.url).webhooks.list())
      expect(server.seen).toHaveLength(1)
    })

    it('retries a broken connection', async () => {
      const server = await serve((_, count) =>
        count === 1 ? (response) => void response.destroy() : { json: { webhooks: null } },
      )
      expect((await sonzaiAt(server.url).webhooks.list()).webhooks).toEqual([])
    })

    it('accepts a 404 on the retry of a delete', async () => {
      const server = await serve((_, count) => (count === 1 ? (response) => void response.destroy() : { status: 404 }))
      await sonzaiAt(server.url).webhooks.delete('agent.message')
      expect(server.seen).toHaveLength(2)
    })

    it('rejects a 404 on the first try of a delete', async () => {
      const server = await serve(() => ({ status: 404 }))
      expect((await fails(sonzaiAt(server.url).webhooks.delete('agent.message'))).code).toBe('PLATFORM_NOT_FOUND')
    })

    it('publishes reports without secrets', async () => {
      subscribe(requestChannel, collect)
      const server = await serve((_, count) => (count === 1 ? { status: 500 } : { json: {} }))
      await sonzaiAt(server.url).webhooks.listForProject('project-7')
      expect(reports).toEqual([
        expect.objectContaining({ attempt: 1, status: 500, code: 'PLATFORM_UNAVAILABLE', retryInMs: 250 }),
        expect.objectContaining({ attempt: 2, status: 200, operation: 'webhooks.listForProject', method: 'GET' }),
      ])
      expect(JSON.stringify(reports)).not.toMatch(/project-7|sk_live/)
    })
  })

  describe('timeouts and signals', () => {
    const silent = (): Promise<never> => new Promise(() => {})

    it('throws PLATFORM_TIMEOUT without an answer', async () => {
      const server = await serve(silent)
      let calls = 0
      // Counted here: on a busy machine the platform may see a call only after it was given up.
      const counting: typeof fetch = (...request) => {
        calls++
        return fetch(...request)
      }
      const client = sonzaiAt(server.url, { timeoutMs: 30, retry: { attempts: 2 }, fetch: counting })
      expect((await fails(client.webhooks.list())).code).toBe('PLATFORM_TIMEOUT')
      expect(calls).toBe(2)
    })

    it('throws PLATFORM_TIMEOUT for a body that stops half way', async () => {
      const server = await serve(() => (response) => void response.write('{"webhooks":'))
      const error = await fails(sonzaiAt(server.url, { retry: { attempts: 1 } }).webhooks.list({ timeoutMs: 50 }))
      expect(error.code).toBe('PLATFORM_TIMEOUT')
    })

    it.each(['of the client', 'of the call'])('aborts a call by the signal %s', async (whose) => {
      const controller = new AbortController()
      const { signal } = controller
      const server = await serve(() => {
        controller.abort()
        return silent()
      })
      const client = sonzaiAt(server.url, whose === 'of the client' ? { signal } : {})
      const error = await fails(client.webhooks.list(whose === 'of the call' ? { signal } : {}))
      expect(error.code).toBe('PLATFORM_ABORTED')
      expect((await fails(sonzaiAt(server.url, { signal }).webhooks.list())).code).toBe('PLATFORM_ABORTED')
      expect(server.seen).toHaveLength(1)
    })

    it('ends the wait before a retry when aborted', async () => {
      const controller = new AbortController()
      const server = await serve(() => {
        setTimeout(() => controller.abort(), 20)
        return { status: 503, headers: { 'retry-after': '25' } }
      })
      const client = createSonzaiClient({ apiKey, baseUrl: server.url, signal: controller.signal })
      expect((await fails(client.webhooks.list())).code).toBe('PLATFORM_ABORTED')
    })

    it('times out even if fetch ignores its signal', async () => {
      const client = sonzaiAt('https://example.com', { fetch: silent, timeoutMs: 20, retry: { attempts: 1 } })
      expect((await fails(client.webhooks.list())).code).toBe('PLATFORM_TIMEOUT')
    })

    it('throws PLATFORM_NETWORK with the system code', async () => {
      const server = await serve(() => ({}))
      await server.close()
      const error = await fails(sonzaiAt(server.url).webhooks.list())
      expect(error).toMatchObject({ code: 'PLATFORM_NETWORK', message: expect.stringContaining('ECONNREFUSED') })
    })
  })

  describe('what errors never show', () => {
    const authHeader = 'Bearer "my own\\ header"'
    const secret = 'a-chosen-secret'
    const all = [apiKey, 'claw_0123456789', authHeader, secret, 'whsec_of_somebody']

    function expectClean(...things: unknown[]): void {
      const forms = things.flatMap((thing) => [
        inspect(thing, { depth: 20, showHidden: true, getters: true }),
        JSON.stringify(thing) ?? '',
        String(thing),
        thing instanceof Error ? `${thing.stack} ${thing.message}` : '',
      ])
      for (const form of forms) for (const text of all) expect(form).not.toContain(text)
    }

    it('credentials, even if the platform repeats them', async () => {
      const detail = `bad ${authHeader} of ${apiKey}, ${encodeURIComponent(authHeader)}, whsec_of_somebody, ${JSON.stringify(authHeader)}`
      const server = await serve(() => ({ status: 400, json: { title: apiKey, type: apiKey, detail } }))
      const error = await fails(
        sonzaiAt(server.url).webhooks.register('x', { webhookUrl: 'https://example.com', authHeader }),
      )
      expect(error.message).toContain('[redacted]')
      expectClean(error)
      const echo = await serve(() => ({ status: 400, json: { error: `claw_0123456789 and ${secret}` } }))
      expectClean(
        await fails(invoratecAt(echo.url).webhooks.register({ event: 'x', url: 'https://example.com', secret })),
      )
    })

    it.each([
      ['https://example.com/hook?code=hidden&page=2', 'https://example.com/hook?code=[redacted]&page=2'],
      ['{"signing_secret": "hidden","id":"7"}', '{"signing_secret": "[redacted]","id":"7"}'],
      ['subscription-key=hidden', 'subscription-key=[redacted]'],
      ['API key: missing', 'API key: missing'],
    ])('what stands beside a name in %s', async (detail, shown) => {
      const server = await serve(() => ({ status: 400, json: { detail } }))
      const error = await fails(sonzaiAt(server.url).webhooks.list())
      expect(error).toMatchObject({ problem: { detail: shown } })
      expect(error.message).toContain(shown)
    })

    it('control characters of the answer', async () => {
      const server = await serve(() => ({
        status: 400,
        json: { detail: `\u001b[31mred\r\nforged line ${'x'.repeat(9999)}` },
      }))
      const { message } = await fails(sonzaiAt(server.url).webhooks.list())
      expect(message).not.toMatch(/\p{Cc}/u)
      expect(message.length).toBeLessThan(500)
    })

    it('the error of a fetch', async () => {
      const fetch = (_url: unknown, options?: RequestInit): never => {
        throw Object.assign(new Error(JSON.stringify(options)), { code: apiKey, options })
      }
      expectClean(await fails(sonzaiAt('https://example.com', { fetch }).webhooks.list()))
    })

    it('the API key of a client', () => {
      expectClean(sonzaiAt('https://example.com'), invoratecAt('https://example.com'))
    })

    it.each([undefined, '', 'sk with space', 'sk_line\nbreak', 'sk_größe', 7])('an invalid API key like %j', (key) => {
      for (const create of [createSonzaiClient, createInvoratecClient]) {
        try {
          create({ apiKey: key as string })
          expect.unreachable()
        } catch (error) {
          expect(error).toMatchObject({ code: 'PLATFORM_OPTION_INVALID' })
          if (typeof key === 'string' && key !== '') expect((error as Error).message).not.toContain(key)
        }
      }
    })
  })

  describe('addresses', () => {
    it.each([
      'http://example.com',
      'http://127.0.0.1.example.com',
      'http://localhost.example.com',
      'ftp://localhost',
      'https://user:password@example.com',
      'https://example.com?key=1',
      'https://example.com#x',
      'example.com',
      '',
    ])('rejects the base address %j', (baseUrl) => {
      expect(() => createSonzaiClient({ apiKey, baseUrl })).toThrow(
        expect.objectContaining({ code: 'PLATFORM_OPTION_INVALID' }),
      )
    })

    it.each([
      ['https://api.example.com', 'https://api.example.com/api/v1/webhooks'],
      ['https://api.example.com/proxy/', 'https://api.example.com/proxy/api/v1/webhooks'],
      ['https://api.example.com/api/v1/', 'https://api.example.com/api/v1/webhooks'],
      ['http://localhost:3000', 'http://localhost:3000/api/v1/webhooks'],
      ['http://[::1]:3000', 'http://[::1]:3000/api/v1/webhooks'],
      [undefined, 'https://api.sonz.ai/api/v1/webhooks'],
    ])('calls %s at %s', async (baseUrl, address) => {
      const called: unknown[] = []
      const fetch: typeof globalThis.fetch = async (url) => {
        called.push(url)
        return Response.json({ webhooks: [] })
      }
      await createSonzaiClient({ apiKey, baseUrl, fetch }).webhooks.list()
      expect(called).toEqual([address])
    })

    it.each(['', '.', '..', 'lone \ud800', 7])('rejects a path segment like %j', async (part) => {
      const server = await serve(() => ({ json: {} }))
      expect((await fails(sonzaiAt(server.url).webhooks.delete(part as string))).code).toBe('PLATFORM_OPTION_INVALID')
      expect(server.seen).toEqual([])
    })
  })

  it.each([
    [{ timeoutMs: 0 }],
    [{ timeoutMs: Number.NaN }],
    [{ maxResponseBytes: 0 }],
    [{ retry: { attempts: 0 } }],
    [{ retry: { delayMs: 10, maxDelayMs: 1 } }],
  ])('rejects the options %j', (options) => {
    expect(() => createSonzaiClient({ apiKey, ...options })).toThrow(
      expect.objectContaining({ code: 'PLATFORM_OPTION_INVALID' }),
    )
  })
})
