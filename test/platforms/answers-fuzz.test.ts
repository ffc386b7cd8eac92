import { createInvoratecClient, createSonzaiClient, PlatformError } from '@sallyport/platforms'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const apiKey = 'sk_fuzz_0123456789'
const names = fc.constantFrom(
  'webhooks',
  'items',
  'notifications',
  'attempts',
  'logs',
  'eventTypes',
  'id',
  '_id',
  'secret',
  'has_more',
  'next_cursor',
  'signing_secret',
  'event_type',
  'webhook_url',
  '__proto__',
  'constructor',
)
const { tree: answers } = fc.letrec((tie) => ({
  leaf: fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constant(null), fc.constant(apiKey)),
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('leaf'),
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(names, fc.string()), tie('tree'), { maxKeys: 4 }),
  ),
}))
const bodies = fc.oneof(
  answers.map((value) => Buffer.from(JSON.stringify(value))),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc.tuple(answers, fc.nat(50)).map(([value, cut]) => Buffer.from(JSON.stringify(value)).subarray(0, cut)),
)
const statuses = fc.oneof(
  fc.constantFrom(200, 201, 204, 301, 400, 401, 404, 429, 500),
  fc.integer({ min: 200, max: 599 }),
)

describe('a client with arbitrary answers', () => {
  it('returns a value or throws PlatformError, and shows no key', async () => {
    await fc.assert(
      fc.asyncProperty(statuses, bodies, fc.string({ maxLength: 40 }), async (status, body, retryAfter) => {
        const isEmpty = [204, 205, 304].includes(status)
        const fetch: typeof globalThis.fetch = async () => {
          const response = new Response(isEmpty ? null : body, { status })
          try {
            response.headers.set('retry-after', retryAfter)
          } catch {
            // Not every text is one for a header.
          }
          return response
        }
        const options = { apiKey, fetch, retry: { attempts: 1 } }
        const sonzai = createSonzaiClient(options)
        const invoratec = createInvoratecClient(options)
        const calls: (() => Promise<unknown>)[] = [
          () => sonzai.webhooks.list(),
          () => sonzai.webhooks.register('x', { webhookUrl: 'https://example.com' }),
          () => sonzai.webhooks.listDeliveryAttempts('x'),
          () => sonzai.webhooks.rotateSecret('x'),
          () => sonzai.notifications.list('a'),
          () => sonzai.agents.scheduleWakeup('a', { userId: 'u', delayHours: 1, intent: 'greet' }),
          () => invoratec.webhooks.list(),
          () => invoratec.webhooks.register({ event: 'x', url: 'https://example.com' }),
          () => invoratec.events.logs(),
        ]
        for (const call of calls) {
          const error = await call().then(
            () => undefined,
            (thrown: unknown) => thrown,
          )
          if (error === undefined) continue
          expect(PlatformError.is(error)).toBe(true)
          const { message, problem, retryAfterMs = 0 } = error as PlatformError
          expect(message + JSON.stringify(problem ?? null)).not.toContain(apiKey)
          expect(message.length).toBeLessThan(1200)
          expect(retryAfterMs).toBeGreaterThanOrEqual(0)
        }
        expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
      }),
      { numRuns: 400 },
    )
  })
})
