import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createReceiver, type Receiver } from 'sallyport'
import { openFeed } from 'sallyport/feed'
import { webhook } from 'sallyport/node'
import { sonzai, type SonzaiEvents } from 'sallyport/providers/sonzai'
import { stripe } from 'sallyport/providers/stripe'
import { recordDeliveries, type DeliveryRecord, type RecordOptions } from 'sallyport/record'
import { signDelivery } from 'sallyport/testing'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { toVisible } from '../packages/sallyport/src/errors/visible-text.ts'
import { HeaderList } from '../packages/sallyport/src/verify/header-list.ts'

const secret = 'whsec_5e5e5e5e5e5e5e5e'
const noon = Date.UTC(2026, 10, 29, 12)
const minute = 60_000
let time = noon

function record(options: RecordOptions = {}): DeliveryRecord {
  const made = recordDeliveries({ now: () => time, ...options })
  onTestFinished(made.stop)
  return made
}

const receive = (handler: () => unknown = () => {}): Receiver<SonzaiEvents> =>
  createReceiver(sonzai(), { secret, now: () => time })
    .onError(() => {})
    .on('on_wakeup_ready', handler)

const sign = (options: object = {}) => ({
  ...signDelivery(sonzai(), { secret, type: 'on_wakeup_ready', now: time, ...options }),
  receivedAt: time,
})

afterEach(() => {
  time = noon
})

describe('recordDeliveries', () => {
  it('has the latest outcomes, newest first', async () => {
    const deliveries = record()
    const receiver = receive()
    const delivery = sign()
    await receiver.receive(delivery)
    await receiver.receive(delivery)
    time += minute
    await receiver.receive(sign({ secret: 'whsec_0f0f0f0f', type: 'session.end' }))
    await openFeed(receiver, 'list').deliver({ body: { event_type: 'on_wakeup_ready' }, id: 'n1' })
    const shown = deliveries.recent().map(({ outcome, code, keyId, eventType }) => [outcome, code, keyId, eventType])
    expect(shown).toEqual([
      ['handled', undefined, 'feed:list', 'on_wakeup_ready'],
      ['refused', 'SIGNATURE_MISMATCH', undefined, undefined],
      ['duplicate', undefined, 'secret-1', 'on_wakeup_ready'],
      ['handled', undefined, 'secret-1', 'on_wakeup_ready'],
    ])
    expect(deliveries.recent({ since: noon + 1 })).toHaveLength(2)
    expect(deliveries.counts().map(({ minute: at, outcome, count }) => [at, outcome, count])).toEqual([
      [noon, 'handled', 1],
      [noon, 'duplicate', 1],
      [noon + minute, 'handled', 1],
      [noon + minute, 'refused', 1],
    ])
  })

  it('records nothing before it is called or after stop', async () => {
    const receiver = receive()
    await receiver.receive(sign())
    const deliveries = record()
    expect(deliveries.recent()).toEqual([])
    await receiver.receive(sign())
    deliveries.stop()
    await receiver.receive(sign({ secret: 'whsec_0f0f0f0f' }))
    deliveries.stop()
    expect(deliveries.recent().map(({ outcome }) => outcome)).toEqual(['duplicate'])
    expect(deliveries.refused()).toEqual([])
  })

  it('records only the receivers it is given', async () => {
    const [mine, other] = [receive(), receive()]
    const deliveries = record({ receivers: [mine] })
    const all = record()
    await mine.receive(sign())
    await other.receive(sign())
    expect([deliveries.recent().length, all.recent().length]).toEqual([1, 2])
  })

  it('makes no report and no names when nobody records', async () => {
    const names = vi.spyOn(HeaderList.prototype, 'names')
    onTestFinished(() => names.mockRestore())
    const receiver = receive().onReject(() => {})
    record().stop()
    await receiver.receive(sign({ secret: 'whsec_0f0f0f0f' }))
    expect(names).not.toHaveBeenCalled()
    record()
    await receiver.receive(sign())
    expect(names).not.toHaveBeenCalled()
    await receiver.receive(sign({ secret: 'whsec_0f0f0f0f' }))
    expect(names).toHaveBeenCalledOnce()
  })

  it('has failures of the receiver, and unreadable requests', async () => {
    const deliveries = record()
    const receiver = receive(() => {
      throw new Error(secret)
    })
    await receiver.receive(sign())
    await receiver.receive({ headers: 5 } as never)
    expect(deliveries.refused()).toMatchObject([
      { code: 'REQUEST_UNREADABLE', outcome: 'failed', headerNames: [], headerCount: 0 },
      { code: 'HANDLER_FAILED', outcome: 'failed', eventType: 'on_wakeup_ready' },
    ])
  })

  it('goes on with a clock that fails', async () => {
    const times = [noon, NaN, 1e300, -1e300]
    const deliveries = record({
      now: () => {
        if (times.length === 0) throw new Error('no clock')
        return times.shift()!
      },
    })
    const receiver = receive()
    for (let n = 0; n < 5; n++) await receiver.receive(sign({ secret: 'whsec_0f0f0f0f' }))
    expect(deliveries.counts()).toMatchObject([{ minute: noon, count: 5 }])
  })

  it.each([
    [{ maxBites: 1 }, /unknown option "maxBites". Did you mean "maxBytes"/],
    [{ maxBytes: 100 }, /maxBytes must be an integer from 65536/],
    [{ maxBytes: 70_000 }, /maxBytes must be at least 802816 for 1440 minutes, not 70000/],
    [{ minutes: 0 }, /minutes must be an integer from 1 to 10080/],
    [{ receivers: [sonzai()] }, /receivers must be a list of receivers/],
  ])('rejects %o', (options, message) => {
    expect(() => recordDeliveries(options as RecordOptions)).toThrow(message)
  })

  it.each([
    [{ code: 'SIGNATURE_WRONG' }, /refused\(\): code must be a code from the error table/],
    [{ since: new Date(NaN) }, /refused\(\): since must be milliseconds since 1970, or a date/],
    [{ provder: 'stripe' }, /refused\(\): unknown option "provder". Did you mean "provider"/],
  ])('rejects the filter %o', (filter, message) => {
    expect(() => record().refused(filter as never)).toThrow(message)
  })
})

describe('what a record has of a refused delivery', () => {
  it('never has body, signature, secret or header values', async () => {
    const deliveries = record()
    const receiver = createReceiver(stripe(), { secret })
    const server = createServer(webhook(receiver)).listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    const { plainHeaders, body } = signDelivery(stripe(), { secret: 'whsec_other_0f0f0f', type: 'charge.refunded' })
    const headers = { ...plainHeaders, 'X-Private': 'of-the-header', cookie: 'session=of-the-cookie' }
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/path-of-url?token=of-the-query`
    const response = await fetch(url, { method: 'POST', headers, body: Buffer.from(body) })
    expect(response.status).toBe(401)
    const [refusal] = deliveries.refused({ provider: 'stripe', code: 'SIGNATURE_MISMATCH' })
    expect(refusal).toEqual({
      provider: 'stripe',
      outcome: 'refused',
      status: 401,
      code: 'SIGNATURE_MISMATCH',
      remoteAddress: '127.0.0.1',
      contentLength: body.byteLength,
      bodyBytes: body.byteLength,
      receivedAt: expect.any(Number) as number,
      durationMs: expect.any(Number) as number,
      headerNames: expect.arrayContaining(['stripe-signature', 'x-private', 'cookie', 'content-type']) as string[],
      headerCount: expect.any(Number) as number,
    })
    const everything = JSON.stringify([deliveries.recent(), deliveries.refused(), deliveries.counts()])
    // The signed time is the time of arrival, too.
    const values = Object.values(headers).flatMap((value) => [value, ...value.split(/[=,]|t=\d+/)])
    for (const text of [...values, 'path-of-url', 'of-the-query', secret, 'whsec_other_0f0f0f', 'charge.refunded'])
      if (text.length > 3 && !/^\d+$/.test(text)) expect(everything).not.toContain(text)
  })
})

describe('a flood of 200,000 refusals', () => {
  it('keeps its bound, and what came before', { timeout: 120_000 }, async () => {
    const maxBytes = 1_048_576
    const deliveries = record({ maxBytes, minutes: 720 })
    const receiver = receive()
    const proven = sign()
    for (let n = 0; n < 20; n++) await receiver.receive(proven)
    for (let n = 0; n < 3; n++) await receiver.receive(sign({ secret: 'whsec_0f0f0f0f' }))
    let most = 0
    const pool = Array.from({ length: 50 }, (_, n) => `x-${n}-\u001b[2J`.padEnd(16_384, '\u202e'))
    for (let n = 0; n < 200_000; n++) {
      time = noon + n * 100
      // Without a signature, to a wrong method, or too large.
      const method = n % 3 === 0 ? 'GET' : 'POST'
      const names = Array.from({ length: 4 }, (_, at) => pool[(n + at) % pool.length]!)
      const headers = [
        'content-type',
        n % 3 === 1 ? 'text/plain' : 'application/json',
        ...names.flatMap((one) => [one, '']),
      ]
      const remoteAddress = `2001:db8::${n.toString(16)}`
      await receiver.receive({ method, url: '/', headers, body: new Uint8Array(), remoteAddress, receivedAt: time })
      most = Math.max(most, deliveries.bytes())
    }
    expect(most).toBeLessThanOrEqual(maxBytes)
    // Counted here again, by what can be read.
    const kept = [deliveries.recent(), deliveries.refused(), deliveries.counts()]
    expect(2 * JSON.stringify([kept[0], kept[1]]).length).toBeLessThanOrEqual(0.75 * maxBytes)
    const names = deliveries.refused().flatMap(({ headerNames }) => headerNames)
    expect(Math.max(...names.map(({ length }) => length))).toBeLessThanOrEqual(
      80 + ' (16304 more characters)'.length + 1,
    )
    expect(toVisible(names.join(''))).toBe(names.join(''))
    expect(deliveries.recent().filter(({ keyId }) => keyId === 'secret-1')).toHaveLength(20)
    expect(deliveries.refused({ code: 'SIGNATURE_MISMATCH' })).toHaveLength(3)
    const total = deliveries.counts().reduce((sum, { count }) => sum + count, 0)
    expect(total).toBe(200_023)
  })
})
