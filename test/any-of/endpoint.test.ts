import { anyOf, createReceiver } from 'sallyport'
import { openFeed } from 'sallyport/feed'
import { unauthenticated } from 'sallyport/provider'
import { github } from 'sallyport/providers/github'
import { stripe } from 'sallyport/providers/stripe'
import { describe, expect, it, vi } from 'vitest'
import { both, createEndpoint, endings, paid, push, secrets, unsigned } from '../support/any-of/endpoint.ts'

describe('handlers of anyOf', () => {
  it('get the events of their sender', async () => {
    const seen: string[] = []
    const endpoint = createEndpoint()
      .on('github', 'push', ({ data }) => void seen.push(data.ref))
      .on('stripe', 'invoice.paid', ({ id }) => void seen.push(id))
      .onAny(({ provider, type }) => void seen.push(`${provider} ${type}`))
      .onUnknown(({ type }) => void seen.push(`unknown ${type}`))
    for (const delivery of [push(), paid(), paid({ type: 'new.thing' })]) await endpoint.receive(delivery)
    expect(seen).toEqual([
      expect.stringContaining('refs/'),
      'github push',
      expect.stringMatching(/^evt_/),
      'stripe invoice.paid',
      'unknown new.thing',
    ])
  })

  it('answer for themselves', async () => {
    const endpoint = createEndpoint().on('github', 'push', () => {
      throw new Error('no disk')
    })
    endpoint.onError(() => {})
    expect(endings(await endpoint.receive(push()))).toBe('HANDLER_FAILED')
    expect(endings(await endpoint.receive(paid()))).toBe('ignored')
  })
})

describe('the choice', () => {
  it('refuses a delivery of no sender, or of two', async () => {
    const endpoint = createEndpoint()
    expect(await endpoint.receive(unsigned)).toMatchObject({ status: 401, code: 'SENDER_UNKNOWN' })
    expect(await endpoint.receive(both())).toMatchObject({ status: 400, code: 'SENDER_AMBIGUOUS' })
  })

  it('reads no body and asks for no secret before it is made', async () => {
    const secret = vi.fn(async () => 'whsec_x')
    const body = vi.fn(async () => Buffer.from('{}'))
    const endpoint = anyOf({
      github: createReceiver(github(), { secret, maxBodyBytes: 10 }),
      stripe: createReceiver(stripe(), { secret, maxBodyBytes: 1_000_000 }),
    })
    for (const headers of [unsigned.headers, both().headers]) await endpoint.receive({ ...unsigned, headers, body })
    expect([secret.mock.calls, body.mock.calls]).toEqual([[], []])
  })

  it('says that a request of no sender is no POST', async () => {
    expect(await createEndpoint().receive({ ...unsigned, method: 'GET' })).toMatchObject({
      status: 405,
      code: 'METHOD_NOT_ALLOWED',
      headers: { allow: 'POST' },
    })
    expect(endings(await createEndpoint().receive(push({ method: 'PUT' })))).toBe('METHOD_NOT_ALLOWED')
  })

  it('leaves every other check to the sender', async () => {
    const endpoint = createEndpoint()
    const wrong = [
      push({ secret: secrets.stripe }),
      push({ headers: { 'x-hub-signature-256': '' } }),
      push({ headers: { 'content-type': 'text/plain' } }),
      paid({ now: Date.now() - 3_600_000 }),
      paid({ body: Buffer.concat([paid().body, Buffer.alloc(100_000, ' ')]) }),
    ]
    const codes = []
    for (const delivery of wrong) codes.push(endings(await endpoint.receive(delivery)))
    expect(codes).toEqual([
      'SIGNATURE_MISMATCH',
      'SIGNATURE_MISSING',
      'CONTENT_TYPE_UNSUPPORTED',
      'TIMESTAMP_STALE',
      'BODY_TOO_LARGE',
    ])
  })

  it('takes what GitHub sends for older receivers', async () => {
    const old = createReceiver({ ...github(), name: 'old', alsoSends: [], scheme: oldScheme() }, { secret: 'old' })
    const endpoint = anyOf({ old, github: createReceiver(github(), { secret: secrets.github }) })
    expect(endings(await endpoint.receive(push({ headers: { 'X-Hub-Signature': 'sha1=ab' } })))).toBe('ignored')
  })

  it('takes headers that can be read only once', async () => {
    const { headers, ...delivery } = push()
    const pairs = [...headers]
    const reply = await createEndpoint().receive({ ...delivery, headers: new Map(pairs).entries() })
    expect(endings(reply)).toBe('ignored')
  })

  it('answers a request that cannot be read', async () => {
    const errors: unknown[] = []
    const endpoint = createEndpoint().onError((error) => void errors.push(error))
    expect(await endpoint.receive({ ...unsigned, headers: 5 as never })).toMatchObject({
      status: 500,
      code: 'REQUEST_UNREADABLE',
    })
    expect(errors).toEqual([expect.objectContaining({ code: 'REQUEST_UNREADABLE' })])
  })
})

function oldScheme() {
  const { scheme } = github()
  return { ...scheme, secretHeaders: ['X-Hub-Signature'] }
}

describe('what reaches a receiver', () => {
  it('is all that the host passed', async () => {
    const gone = new AbortController()
    const waited: unknown[] = []
    const late = Promise.resolve()
    const seen: unknown[] = []
    const endpoint = createEndpoint().on('github', 'push', (event, { delivery, signal, waitUntil }) => {
      waitUntil(late)
      gone.abort()
      seen.push(delivery.remoteAddress, delivery.secure, delivery.url, event.receivedAt.getTime(), signal.aborted)
    })
    await endpoint.receive({
      ...push({ url: '/in?a=1' }),
      receivedAt: 1_700_000_000_000,
      remoteAddress: '203.0.113.1',
      secure: true,
      signal: gone.signal,
      waitUntil: (work) => void waited.push(work),
    })
    expect(seen).toEqual(['203.0.113.1', true, '/in?a=1', 1_700_000_000_000, true])
    expect(waited).not.toEqual([])
  })

  it('is read by a wrapped receiver too', async () => {
    const inner = createReceiver(github(), { secret: secrets.github })
    const receive = vi.fn(inner.receive)
    const endpoint = anyOf({ github: { ...inner, receive } })
    expect(endings(await endpoint.receive(push()))).toBe('ignored')
    expect(receive).toHaveBeenCalledOnce()
    receive.mockRejectedValueOnce(new Error('wrapped badly'))
    const errors: unknown[] = []
    endpoint.onError((error) => void errors.push(error))
    expect(await endpoint.receive(push())).toMatchObject({ status: 500, code: 'INTERNAL' })
    expect(errors).toEqual([new Error('wrapped badly')])
  })
})

describe('the end', () => {
  it('waits for handlers, work after answers and hooks', async () => {
    const open = Array.from({ length: 3 }, () => Promise.withResolvers<void>())
    const endpoint = createEndpoint()
      .on('github', 'push', (_event, { waitUntil }) => waitUntil(open[0]!.promise))
      .on('stripe', 'invoice.paid', () => open[1]!.promise)
      .onReject(() => open[2]!.promise)
    await endpoint.receive(push())
    const late = endpoint.receive(paid())
    await endpoint.receive(unsigned)
    let isSettled = false
    const settled = endpoint.settled().then(() => (isSettled = true))
    for (const { resolve } of open) {
      await new Promise((next) => setTimeout(next, 5))
      expect(isSettled).toBe(false)
      resolve()
    }
    await settled
    await late
  })
})

describe('a feed', () => {
  it('is opened for one receiver', async () => {
    const endpoint = createEndpoint().on('github', 'push', () => {})
    const feed = openFeed(endpoint.receivers.github, 'mirror')
    const body: unknown = JSON.parse(Buffer.from(push().body).toString())
    expect((await feed.deliver({ body })).outcome).toBe('handled')
    expect(endpoint.describe().senders.github.feeds).toEqual(['mirror'])
  })
})

describe('senders that cannot share an endpoint', () => {
  it('are told so when it is made, also under odd names', () => {
    const receiver = createReceiver(
      { ...github(), scheme: unauthenticated() },
      { secret: undefined, acceptUnauthenticated: true },
    )
    expect(() => anyOf({ '\u001b[2J': receiver })).toThrow(/no header shows that \S*2J sent/)
    const fine = createReceiver(github(), { secret: 'a' })
    const { counts } = anyOf(Object.fromEntries([['__proto__', fine]]))
    expect(Object.keys(counts().senders)).toEqual(['__proto__'])
  })
})
