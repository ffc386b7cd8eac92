import { setTimeout as setNodeTimeout } from 'node:timers'
import { gzipSync } from 'node:zlib'
import { createReceiver, type Provider, type Receiver, type ReceiverOptions, type SecretResolver } from 'sallyport'
import { fromHeader, hmac, oneOf, parts } from 'sallyport/provider'
import { webhook } from 'sallyport/fetch'
import { github } from 'sallyport/providers/github'
import { sonzai } from 'sallyport/providers/sonzai'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import { stripe } from 'sallyport/providers/stripe'
import { signDelivery, type SignOptions } from 'sallyport/testing'
import { describe, expect, it, vi } from 'vitest'

const secret = 'whsec_c2xvdy1sb29rdXBz'
const sign = (options: Partial<SignOptions> = {}): ReturnType<typeof signDelivery> =>
  signDelivery(sonzai(), { secret, type: 'agent.message', ...options })

function make(resolver: SecretResolver, options: Partial<ReceiverOptions> = {}) {
  const errors: unknown[] = []
  const receiver = createReceiver(sonzai(), { secret: resolver, replayGuard: 'off', ...options }).onError(
    (error) => void errors.push(error),
  )
  return { receiver, errors }
}

describe('a secret function that does not answer', () => {
  it('is waited for no longer than its limit', async () => {
    const { promise, resolve } = Promise.withResolvers<string>()
    const signals: AbortSignal[] = []
    const { receiver, errors } = make(
      (_delivery, { signal }) => {
        signals.push(signal)
        return promise
      },
      { secretTimeoutMs: 10 },
    )
    expect(await receiver.receive(sign())).toMatchObject({ status: 503, code: 'SECRET_RESOLVER_FAILED' })
    expect(errors).toMatchObject([{ message: expect.stringContaining('secretTimeoutMs, 10 ms') as string }])
    expect(signals.map(({ aborted }) => aborted)).toEqual([true])
    let isSettled = false
    const settled = receiver.settled().then(() => (isSettled = true))
    await new Promise((done) => setImmediate(done))
    expect(isSettled).toBe(false)
    resolve(secret)
    await settled
    expect(errors).toHaveLength(1)
  })

  it('runs at most 100 times at once, and loses the bodies', async () => {
    const { promise, resolve } = Promise.withResolvers<string>()
    const asked: { readonly body?: Uint8Array }[] = []
    const { receiver, errors } = make(
      (delivery) => {
        asked.push(delivery)
        return promise
      },
      { secretTimeoutMs: 40 },
    )
    const replies = await Promise.all(Array.from({ length: 200 }, () => receiver.receive(sign())))
    expect(new Set(replies.map(({ code }) => code))).toEqual(new Set(['SECRET_RESOLVER_FAILED']))
    expect(errors).toHaveLength(200)
    expect(asked).toHaveLength(100)
    expect(asked.filter(({ body }) => body !== undefined)).toEqual([])
    resolve(secret)
    await receiver.settled()
    expect(await receiver.receive(sign())).toMatchObject({ status: 200 })
  })

  it('holds at most 128 MiB of bodies at once', async () => {
    const mebibyte = 1024 * 1024
    let waiting = Promise.withResolvers<string>()
    let bytes: number[] = []
    const { receiver } = make(
      (delivery) => {
        bytes.push(delivery.body?.byteLength ?? 0)
        return waiting.promise
      },
      { maxBodyBytes: 200 * mebibyte },
    )
    const send = async (size: number, count: number): Promise<Record<number, number>> => {
      const delivery = { ...sign(), body: new Uint8Array(size * mebibyte) }
      bytes = []
      waiting = Promise.withResolvers()
      const replies = Array.from({ length: count }, () => receiver.receive(delivery))
      await new Promise((done) => setImmediate(done))
      waiting.resolve(secret)
      const byStatus = Map.groupBy(await Promise.all(replies), ({ status }) => status)
      return Object.fromEntries(Array.from(byStatus, ([status, { length }]) => [status, length]))
    }
    // Forged, so those that are looked up for are rejected; the others get 503.
    expect([await send(30, 10), bytes.length]).toEqual([{ 401: 4, 503: 6 }, 4])
    expect([await send(1, 90), bytes.length]).toEqual([{ 401: 90 }, 90])
    // A body that is larger than that alone is not rejected for ever.
    expect([await send(150, 2), bytes.length]).toEqual([{ 401: 1, 503: 1 }, 1])
  })

  it('does not decompress before it has proven the sender', async () => {
    const gzip: Provider = { ...sonzai(), contentEncoding: { accept: ['gzip'], signed: 'wire' } }
    const receiver = createReceiver(gzip, { secret, maxBodyBytes: 4096 })
    // It would unfold to a mebibyte, and be rejected for that.
    const body = gzipSync(new Uint8Array(1024 * 1024))
    const signed = signDelivery(sonzai(), { secret: 'whsec_another', body })
    const headers = { ...signed.plainHeaders, 'content-encoding': 'gzip' }
    const send = (given: Record<string, string>) =>
      receiver.receive({ method: 'POST', url: '/', headers: given, body: async () => body })
    expect((await send(headers)).code).toBe('SIGNATURE_MISMATCH')
    const proven = signDelivery(sonzai(), { secret, body })
    expect((await send({ ...proven.plainHeaders, 'content-encoding': 'gzip' })).code).toBe('BODY_TOO_LARGE')
  })

  it('gives its place back after ten times its limit', async () => {
    let isBroken = true
    const { receiver } = make(() => (isBroken ? new Promise<string>(() => {}) : secret), { secretTimeoutMs: 3 })
    await Promise.all(Array.from({ length: 100 }, () => receiver.receive(sign())))
    isBroken = false
    const later = async (): Promise<number> => {
      const { status } = await receiver.receive(sign())
      if (status === 200) return status
      await new Promise((done) => setImmediate(done))
      return later()
    }
    expect(await later()).toBe(200)
  })

  it('is forgotten where timers are numbers', async () => {
    const setNumber: unknown = (work: () => void, ms: number) => Number(setNodeTimeout(work, ms))
    using timers = vi.spyOn(globalThis, 'setTimeout').mockImplementation(setNumber as typeof setTimeout)
    const { promise, resolve } = Promise.withResolvers<undefined>()
    const { receiver } = make(() => promise, { secretTimeoutMs: 10 })
    expect(await receiver.receive(sign())).toMatchObject({ status: 503, code: 'SECRET_RESOLVER_FAILED' })
    let isSettled = false
    const settled = receiver.settled().then(() => (isSettled = true))
    await new Promise((done) => setImmediate(done))
    expect(isSettled).toBe(false)
    resolve(undefined)
    await settled
    expect(timers).toHaveBeenCalled()
  })

  it('may not have a limit of 0', () => {
    expect(() => make(() => secret, { secretTimeoutMs: 0 })).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID' }),
    )
  })
})

describe('settled', () => {
  it('waits for deliveries under way and for hooks', async () => {
    const hook = Promise.withResolvers<void>()
    const answer = Promise.withResolvers<string>()
    const { receiver } = make(() => answer.promise)
    receiver.onReject(() => hook.promise)
    const order: string[] = []
    const reply = receiver.receive(sign()).then(() => order.push('answered'))
    const settled = receiver.settled().then(() => order.push('settled'))
    answer.resolve('whsec_another')
    await reply
    await new Promise((done) => setImmediate(done))
    order.push('hook ends')
    hook.resolve()
    await settled
    expect(order).toEqual(['answered', 'hook ends', 'settled'])
  })
})

const hour = 3_600_000
const timed = (header: string): ReturnType<typeof hmac> =>
  hmac({
    header: `${header}-signature`,
    encoding: 'hex',
    signed: [parts.header(`${header}-time`), parts.literal('.'), parts.body],
    freshness: fromHeader(`${header}-time`, 'seconds'),
  })
const twoTimes: Provider = { ...sonzai(), scheme: oneOf(timed('a'), timed('b')) }
const seconds = (agoMs: number): string => String(Math.floor((Date.now() - agoMs) / 1000))
const mark = 'ab'.repeat(32)

describe('the secret function is not asked', () => {
  const standard = standardWebhooks({ events: {} })
  const json = { 'content-type': 'application/json' }
  const cases: readonly (readonly [string, Provider, Record<string, string>, string])[] = [
    ['sonzai without a signature', sonzai(), {}, 'SIGNATURE_MISSING'],
    ['sonzai with a malformed one', sonzai(), { 'sonzai-signature': 't=1' }, 'SIGNATURE_MISSING'],
    ['sonzai with a stale time', sonzai(), { 'sonzai-signature': `t=${seconds(hour)},v1=${mark}` }, 'TIMESTAMP_STALE'],
    [
      'sonzai, older form too, stale',
      sonzai({ legacyBodySignature: true }),
      { 'sonzai-signature': `t=${seconds(hour)},v1=${mark}` },
      'TIMESTAMP_STALE',
    ],
    ['stripe with a stale time', stripe(), { 'stripe-signature': `t=${seconds(hour)},v1=${mark}` }, 'TIMESTAMP_STALE'],
    ['github with a malformed one', github(), { 'x-hub-signature-256': 'sha1=ab' }, 'SIGNATURE_MALFORMED'],
    [
      'standard without an id',
      standard,
      { 'webhook-signature': `v1,${Buffer.alloc(32).toString('base64')}` },
      'SIGNED_HEADER_MISSING',
    ],
    [
      'two stale times that differ',
      twoTimes,
      { 'a-signature': mark, 'a-time': seconds(hour), 'b-signature': mark, 'b-time': seconds(2 * hour) },
      'TIMESTAMP_STALE',
    ],
    ['another content type', sonzai(), { 'content-type': 'text/plain' }, 'CONTENT_TYPE_UNSUPPORTED'],
  ] as never
  it.each(cases)('%s', async (_name, provider, headers, code) => {
    let asked = 0
    let read = 0
    const receiver = createReceiver(provider, {
      secret: () => {
        asked++
        return secret
      },
    })
    const reply = await receiver.receive({
      method: 'POST',
      url: '/',
      headers: { ...json, ...headers },
      body: async () => {
        read++
        return new Uint8Array()
      },
    })
    expect({ code: reply.code, asked, read }).toEqual({ code, asked: 0, read: 0 })
  })

  it('but is asked where one of two times is fresh', async () => {
    let asked = 0
    const receiver = createReceiver(twoTimes, { secret: () => void asked++ as never })
    const headers = { ...json, 'a-signature': mark, 'a-time': seconds(hour), 'b-signature': mark, 'b-time': seconds(0) }
    const reply = await receiver.receive({ method: 'POST', url: '/', headers, body: new Uint8Array() })
    expect({ code: reply.code, asked }).toEqual({ code: 'SECRET_UNKNOWN', asked: 1 })
  })
})

describe('the fetch mount', () => {
  const request = (signal?: AbortSignal): Request => {
    const { plainHeaders: headers, body } = sign()
    return new Request('https://localhost/hook', {
      method: 'POST',
      headers,
      body: Buffer.from(body),
      ...(signal && { signal }),
    })
  }
  const open = (options: Partial<ReceiverOptions> = {}): Receiver => createReceiver(sonzai(), { secret, ...options })

  it('hands a late handler to waitUntil', async () => {
    const work = Promise.withResolvers<void>()
    const kept: Promise<unknown>[] = []
    const receiver = open({ handlerTimeoutMs: 10 })
      .onAny(() => work.promise)
      .onError(() => {})
    const response = await webhook(receiver)(request(), { waitUntil: (late) => void kept.push(late) })
    expect(response.status).toBe(503)
    expect(kept).toHaveLength(1)
    work.resolve()
    await kept[0]
  })

  it('hands a handler to waitUntil at once: Workers stop it with its sender', async () => {
    const kept: Promise<unknown>[] = []
    const begun = Promise.withResolvers<void>()
    const work = Promise.withResolvers<void>()
    const receiver = open().onAny(() => {
      begun.resolve()
      return work.promise
    })
    const answer = webhook(receiver)(request(), { waitUntil: (each) => void kept.push(each) })
    await begun.promise
    expect(kept).toHaveLength(1)
    work.resolve()
    await kept[0]
    expect((await answer).status).toBe(200)
    expect(kept).toHaveLength(1)
  })

  it('gives waitUntil nothing that rejects', async () => {
    const kept: Promise<unknown>[] = []
    const failing = { name: 'failing', commit() {}, release() {}, claim: () => Promise.reject(new Error('gone')) }
    const receiver = open({ replayGuard: failing }).onError(() => {})
    const answer = await webhook(receiver.onAny(() => {}))(request(), { waitUntil: (each) => void kept.push(each) })
    expect(answer.status).toBe(503)
    expect(kept).toHaveLength(1)
    await expect(Promise.all(kept)).resolves.toBeDefined()
  })

  it('does not pass on an abort after a good answer', async () => {
    const host = new AbortController()
    const signals: AbortSignal[] = []
    const work = Promise.withResolvers<void>()
    const receiver = open().onAny((_event, context) => {
      signals.push(context.signal)
      context.waitUntil(work.promise)
    })
    await webhook(receiver)(request(host.signal))
    // As Deno does, https://docs.deno.com/go/unstable-no-legacy-abort.
    host.abort()
    expect(signals.map(({ aborted }) => aborted)).toEqual([false])
    work.resolve()
    await receiver.settled()
  })

  it('passes on an abort before the answer', async () => {
    const host = new AbortController()
    const reasons: unknown[] = []
    const receiver = open().onAny((_event, { signal }) => {
      host.abort('gone')
      reasons.push(signal.reason)
    })
    await webhook(receiver)(request(host.signal))
    expect(reasons).toEqual(['gone'])
  })
})
