import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import { createReceiver } from 'sallyport'
import { webhook } from 'sallyport/node'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import { watch, type AlertPayload, type Notify } from 'sallyport/watch'
import { Webhook } from 'standardwebhooks'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { createSteeredStore } from '../support/watch/note-store.ts'

const secret = `whsec_${Buffer.from('a secret of twenty-four b').toString('base64')}`
const credential = 'T000/B000/a-credential'
const errors: unknown[] = []
afterEach(() => void errors.splice(0))

interface Call {
  readonly headers: IncomingMessage['headers']
  readonly url: string
  readonly body: string
}

/** A server on this computer; `answer` says what it answers. */
async function serve(answer: (call: Call, count: number) => number): Promise<{ url: string; calls: Call[] }> {
  const calls: Call[] = []
  const url = await listen((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const call = { headers: request.headers, url: request.url!, body: Buffer.concat(parts).toString() }
      calls.push(call)
      const status = answer(call, calls.length)
      response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end('an answer')
    })
  })
  return { url, calls }
}

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => server.closeAllConnections())
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`
}

/** A watch over one dead event in a store with an odd name. */
function start(notify: Notify | Notify[], options: { sendTimeoutMs?: number } = {}) {
  const store = createSteeredStore()
  store.dead = 2
  const clock = { now: Date.now() }
  const watching = watch(
    { ...store.connect(), name: 'orders <!channel> & co' },
    {
      notify,
      rules: { deadLettersAbove: 0 },
      everyMs: 0,
      now: () => clock.now,
      onError: (error) => errors.push(error),
      ...options,
    },
  )
  return { store, watching, clock }
}

describe('the webhook of an alert', () => {
  it('verifies with standardwebhooks, and has what is documented', async () => {
    const { url, calls } = await serve(() => 204)
    const { store, watching, clock } = start({ webhook: { url: `${url}/alerts`, secret } })
    await watching.check()
    store.dead = 0
    for (let turns = 0; turns < 2; turns++) {
      clock.now += 61_000
      await watching.check()
    }
    expect(calls).toHaveLength(2)
    const payloads = calls.map(
      ({ body, headers }) => new Webhook(secret).verify(body, headers as Record<string, string>) as AlertPayload,
    )
    expect(payloads[0]).toEqual({
      type: 'sallyport.alert.raised',
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      data: {
        watch: 'watch',
        id: expect.any(String),
        rule: 'dead-letters',
        subject: 'orders <!channel> & co',
        text: 'orders <!channel> & co: 2 dead events; replay or discard them',
        value: 2,
        limit: 0,
        raisedAt: payloads[0]!.timestamp,
      },
    })
    expect(payloads[1]).toMatchObject({ type: 'sallyport.alert.cleared', data: payloads[0]!.data })
    expect(calls[0]!.headers['webhook-id']).toBe(`${payloads[0]!.data.id}_raised`)
    expect(calls[0]!.headers['content-type']).toBe('application/json')
    expect(errors).toEqual([])
  })

  it('is received by a receiver of our own', async () => {
    const Alert = z.looseObject({ rule: z.string(), subject: z.string() })
    const events = { 'sallyport.alert.raised': Alert, 'sallyport.alert.cleared': Alert }
    const seen: string[] = []
    const receiver = createReceiver(standardWebhooks({ name: 'alerts', events }), { secret }).on(
      'sallyport.alert.raised',
      ({ data }) => void seen.push(data.rule),
    )
    const handle = webhook(receiver)
    const url = await listen((request, response) => void handle(request, response))
    await start({ webhook: { url, secret } }).watching.check()
    expect(seen).toEqual(['dead-letters'])
    expect(errors).toEqual([])
  })

  it('is tried again, with the same id', async () => {
    const { url, calls } = await serve((_call, count) => (count < 3 ? 503 : 200))
    await start({ webhook: { url, secret } }).watching.check()
    expect(calls).toHaveLength(3)
    expect(new Set(calls.map(({ headers }) => headers['webhook-id']))).toHaveProperty('size', 1)
    expect(errors).toEqual([])
  })

  it('follows no redirect, and is sent again at the next check', async () => {
    let status = 302
    const { url, calls } = await serve(() => status)
    const { watching } = start({ webhook: { url: `${url}/a-path`, secret } })
    await watching.check()
    expect(calls.map((call) => call.url)).toEqual(['/a-path'])
    expect(errors).toMatchObject([{ code: 'WATCH_NOT_SENT', message: expect.stringContaining('answered 302') }])
    status = 200
    await watching.check()
    await watching.check()
    expect(calls).toHaveLength(2)
    const text = errors.map(String).join()
    expect(text).not.toContain('a-path')
    expect(text).not.toContain(secret)
  })

  it('waits for no answer for long', async () => {
    const url = await listen(() => {})
    const { watching } = start({ webhook: { url, secret } }, { sendTimeoutMs: 20 })
    await watching.check()
    expect(errors).toMatchObject([{ message: expect.stringContaining('did not answer within 20 ms') }])
  })

  it('is not tried again once the watch stops, and is sent after the next start', async () => {
    let stopping: Promise<void> | undefined
    const { url, calls } = await serve(() => {
      stopping ??= first.watching.stop()
      return calls.length === 1 ? 503 : 200
    })
    const webhooks = [1, 2].map(() => ({ webhook: { url, secret } }))
    const first = start(webhooks)
    await first.watching.check()
    await stopping
    expect(calls).toHaveLength(1)
    const next = watch(
      { ...first.store.connect(), name: 'orders <!channel> & co' },
      { notify: webhooks, rules: { deadLettersAbove: 0 }, everyMs: 0 },
    )
    await next.check()
    expect(calls).toHaveLength(3)
    expect(new Set(calls.map(({ headers }) => headers['webhook-id']))).toHaveProperty('size', 1)
  })

  it('takes a fraction of a millisecond as its time', async () => {
    const { url, calls } = await serve(() => 200)
    await start({ webhook: { url, secret } }, { sendTimeoutMs: 5_000.5 }).watching.check()
    expect(calls).toHaveLength(1)
  })

  it.each([
    ['http://example.com/alerts', secret, /must be an HTTPS URL/],
    ['https://user:word@example.com/', secret, /no user and no password/],
    ['alerts', secret, /must be a URL/],
    ['https://example.com/', 'whsec_***', /secret/],
    ['https://example.com/', 'plain-text-secret', /must be whsec_ and base64/],
  ])('is checked at the start: %s %s', (url, given, message) => {
    const failing = (): unknown => start({ webhook: { url, secret: given } })
    expect(failing).toThrow(message)
    expect(failing).not.toThrow(given === secret ? secret : 'text-secret')
  })
})

describe('an alert in Slack', () => {
  it('is escaped, so that it mentions nobody', async () => {
    const { url, calls } = await serve(() => 200)
    await start({ slack: `${url}/services/${credential}` }).watching.check()
    expect(calls.map((call) => call.url)).toEqual([`/services/${credential}`])
    expect(JSON.parse(calls[0]!.body)).toEqual({
      text: ':red_circle: Raised: orders &lt;!channel&gt; &amp; co: 2 dead events; replay or discard them',
    })
  })

  it('that is not sent names no credential', async () => {
    const { url } = await serve(() => 404)
    const { watching, store } = start({ slack: `${url}/services/${credential}` })
    await watching.check()
    expect(errors).toHaveLength(1)
    expect(String(errors[0]) + JSON.stringify(errors) + [...store.notes.values()].join()).not.toContain('a-credential')
  })

  it.each([
    'https://example.com/services/a-credential',
    'http://hooks.slack.com/services/a-credential',
    'a-credential',
  ])('takes only a URL of Slack: %s', (slack) => {
    expect(() => start({ slack })).toThrow(/notify\.slack must be/)
    expect(() => start({ slack })).not.toThrow(/a-credential/)
  })
})

describe('several channels', () => {
  it('each get a notice once, whichever fails', async () => {
    let status = 400
    const hooked: string[] = []
    const { url, calls } = await serve(() => status)
    const { watching, clock } = start([({ type }) => void hooked.push(type), { webhook: { url, secret } }])
    await watching.check()
    clock.now += 1_000
    status = 200
    await watching.check()
    await watching.check()
    expect(hooked).toEqual(['sallyport.alert.raised'])
    expect(calls).toHaveLength(2)
  })

  it.each<unknown>([{}, { webhook: {} }, { slack: 5 }, { email: 'x' }, 'https://example.com', [undefined], null])(
    'are checked at the start: %j',
    (notify) => {
      expect(() => start(notify as Notify)).toThrow(/watch: notify/)
    },
  )
})
