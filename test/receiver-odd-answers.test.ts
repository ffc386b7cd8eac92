import {
  createReceiver,
  createReply,
  deliveryChannel,
  RejectError,
  type EventHandler,
  type Receiver,
  type ReceiverOptions,
  type Reply,
  type WebhookEvent,
} from 'sallyport'
import type { Inbox } from 'sallyport/inbox'
import { withEvents, type StandardSchema } from 'sallyport/provider'
import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery } from 'sallyport/testing'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { runInNewContext } from 'node:vm'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

const secret = 'whsec_odd-answers'
const type = 'agent.message'
const refuseAccess = (): never => {
  throw new Error('no access')
}

let printed: unknown[][]
beforeEach(() => {
  printed = []
  vi.spyOn(console, 'error').mockImplementation((...values) => void printed.push(values))
})
afterEach(() => {
  vi.restoreAllMocks()
})

function make(options: Partial<ReceiverOptions> = {}) {
  const errors: unknown[] = []
  const receiver = createReceiver(sonzai(), { secret, ...options }).onError((error) => void errors.push(error))
  return { receiver: receiver as unknown as Receiver, errors }
}

const deliver = (receiver: Receiver): Promise<Reply> => receiver.receive(signDelivery(sonzai(), { secret, type }))
const altered = (change: object): Reply =>
  Object.create(createReply({ body: {} }), Object.getOwnPropertyDescriptors(change)) as Reply

/** A thenable of another library. */
class Foreign {
  readonly #settle: (reject: (error: unknown) => void) => void

  constructor(settle: (reject: (error: unknown) => void) => void) {
    this.#settle = settle
  }

  // oxlint-disable-next-line unicorn/no-thenable
  then(_resolve: unknown, reject: (error: unknown) => void): void {
    this.#settle(reject)
  }
}

/** A function that is a thenable, as the promises of RPC libraries. */
const foreignFunction = (error: unknown): unknown =>
  // oxlint-disable-next-line unicorn/no-thenable
  Object.assign(() => {}, { then: (_: unknown, reject: (error: unknown) => void) => reject(error) })

describe('what a handler returns', () => {
  it('cannot be a reply altered in place', () => {
    const reply = createReply({ body: {} }) as { status: number; headers: Record<string, string> }
    expect(() => (reply.status = 999)).toThrow(TypeError)
    expect(() => (reply.headers['x'] = '\n')).toThrow(TypeError)
  })

  it.each([
    ['status 999', altered({ status: 999 })],
    ['status 500', altered({ status: 500 })],
    ['a status as text', altered({ status: '200' })],
    ['a body that is no text', altered({ body: { odd: true } })],
    ['headers null', altered({ headers: null })],
    ['a header that cannot be sent', altered({ headers: { 'x-odd': 'a\nb' } })],
    ['a status that throws', altered(Object.defineProperty({}, 'status', { get: refuseAccess }))],
  ])('is a failure where a reply has %s', async (_name, reply) => {
    const { receiver, errors } = make()
    receiver.onAny(() => reply)
    expect(await deliver(receiver)).toMatchObject({ status: 500, code: 'HANDLER_FAILED' })
    expect(errors).toHaveLength(1)
  })

  it('keeps the outcome of an altered outcome', async () => {
    const { receiver } = make()
    receiver.onAny(() => altered({ outcome: 'odd' }))
    expect(await deliver(receiver)).toMatchObject({ status: 200, outcome: 'handled', body: '{}' })
  })

  it.each<[name: string, thenable: unknown]>([
    ['an object', new Foreign((reject) => setImmediate(reject, new Error('late')))],
    ['a function', foreignFunction(new Error('late'))],
  ])('is awaited where it is a thenable that is %s', async (_name, thenable) => {
    const { receiver, errors } = make()
    receiver.onAny(() => thenable)
    expect(await deliver(receiver)).toMatchObject({ status: 500, code: 'HANDLER_FAILED' })
    expect(errors).toEqual([new Error('late')])
  })

  it.each([
    ['a proxy that throws when asked', new Proxy({}, { has: refuseAccess })],
    ['a function', () => {}],
    ['a symbol', Symbol('odd')],
  ])('is ignored where it is %s', async (_name, value) => {
    const { receiver, errors } = make()
    receiver.onAny(() => value)
    expect(await deliver(receiver)).toMatchObject({ status: 200 })
    expect(errors).toEqual([])
  })
})

describe('a RejectError', () => {
  it.each([
    ['status', 200, { status: 422, body: expect.stringContaining('closed') as string }],
    ['status', Number.NaN, { status: 422 }],
    ['reason', 5n, { status: 422, body: expect.stringContaining('Do not retry') as string }],
  ])('with its %s set to %s still rejects', async (member, value, reply) => {
    const { receiver, errors } = make()
    receiver.onAny(() => {
      throw Object.defineProperty(new RejectError('closed'), member, { value })
    })
    expect(await deliver(receiver)).toMatchObject({ ...reply, code: 'DELIVERY_REJECTED' })
    expect(errors).toEqual([])
  })
})

describe('a hook', () => {
  const fails: Readonly<Record<string, () => unknown>> = {
    'throws undefined': () => {
      throw undefined
    },
    'rejects with nothing': () => Promise.reject(),
    'returns a thenable that throws': () => new Foreign(refuseAccess),
    'returns a function that is a thenable': () => foreignFunction(new Error('late')),
    "rejects with another realm's promise": () => runInNewContext('Promise.reject(null)') as unknown,
  }

  it.each(Object.entries(fails))('of onReject or onError that %s is printed', async (_name, fail) => {
    const receiver = createReceiver(sonzai(), { secret }) as unknown as Receiver
    receiver.onReject(fail).onError(fail).onAny(refuseAccess)
    expect(await deliver(receiver)).toMatchObject({ code: 'HANDLER_FAILED' })
    expect(await receiver.receive({ method: 'GET', url: '/', headers: {}, body: new Uint8Array() })).toMatchObject({
      code: 'METHOD_NOT_ALLOWED',
    })
    await receiver.settled()
    expect(printed).toEqual([
      [expect.stringMatching(/^sallyport: onError failed: ./)],
      [expect.stringMatching(/^sallyport: onReject failed: ./)],
    ])
  })

  it('is kept alive by the host while it goes on', async () => {
    const work = Promise.withResolvers<void>()
    const kept: Promise<unknown>[] = []
    const { receiver } = make()
    receiver.onReject(() => work.promise)
    const unsigned = {
      method: 'POST',
      url: '/',
      headers: { 'content-type': 'application/json' },
      body: new Uint8Array(),
    }
    await receiver.receive({ ...unsigned, waitUntil: (late) => void kept.push(late) })
    expect(kept).toHaveLength(1)
    work.reject(new Error('the log is down'))
    await kept[0]
    expect(printed).toHaveLength(1)
  })

  it('gets a report where the clock fails', async () => {
    const reports: unknown[] = []
    const note = (report: unknown): void => void reports.push(report)
    subscribe(deliveryChannel, note)
    const { receiver, errors } = make({ now: () => Number.NaN })
    expect(await deliver(receiver)).toMatchObject({ status: 500, code: 'INTERNAL' })
    unsubscribe(deliveryChannel, note)
    expect(errors).toMatchObject([{ code: 'INTERNAL', message: expect.stringContaining('now') as string }])
    expect(reports).toMatchObject([{ code: 'INTERNAL', durationMs: 0 }])
  })
})

describe('an answer of no meaning', () => {
  it('of a replay guard lets nothing pass', async () => {
    for (const answer of ['yes', undefined, null, 5, {}]) {
      const guard = { name: 'odd', claim: () => answer as never, commit() {}, release() {} }
      const { receiver, errors } = make({ replayGuard: guard })
      const handler = vi.fn<EventHandler<WebhookEvent>>()
      receiver.onAny(handler)
      expect(await deliver(receiver)).toMatchObject({ status: 503, code: 'REPLAY_GUARD_FAILED' })
      expect(handler).not.toHaveBeenCalled()
      expect(errors).toHaveLength(1)
    }
  })

  it('of an inbox is no 2xx', async () => {
    for (const answer of ['yes', undefined, true]) {
      const inbox = { name: 'odd', attach() {}, store: async () => answer } as unknown as Inbox
      const { receiver, errors } = make({ inbox })
      expect(await deliver(receiver)).toMatchObject({ status: 503, code: 'INBOX_FAILED' })
      expect(errors).toHaveLength(1)
    }
  })

  it('of a schema is a failure, and a foreign promise is waited for', async () => {
    const validate: (answer: unknown) => StandardSchema = (answer) => ({
      '~standard': { version: 1, vendor: 'odd', validate: () => answer as never },
    })
    const answers: readonly (readonly [unknown, object])[] = [
      [{}, { status: 500, code: 'HANDLER_FAILED' }],
      [undefined, { status: 500, code: 'HANDLER_FAILED' }],
      [runInNewContext('Promise.resolve({ value: 1 })'), { status: 200 }],
      [runInNewContext('Promise.resolve({ issues: [{ message: "no" }] })'), { code: 'PAYLOAD_INVALID' }],
    ]
    for (const [answer, expected] of answers) {
      const seen: unknown[] = []
      const receiver = createReceiver(withEvents(sonzai(), { [type]: validate(answer) }), { secret })
        .onAny(({ data }) => void seen.push(data))
        .onError(() => {})
      expect(await deliver(receiver as unknown as Receiver)).toMatchObject(expected)
      expect(seen).toEqual('status' in expected && expected.status === 200 ? [1] : [])
    }
  })
})

describe('waitUntil of a handler', () => {
  it('takes anything, and reports what fails', async () => {
    const { receiver, errors } = make()
    receiver.onAny((_event, { waitUntil }) => {
      waitUntil(undefined as never)
      waitUntil(new Foreign((reject) => reject('late')) as never)
      waitUntil(Promise.reject() as never)
    })
    expect(await deliver(receiver)).toMatchObject({ status: 200 })
    await receiver.settled()
    expect(new Set(errors)).toEqual(new Set(['late', undefined]))
    expect(errors).toHaveLength(2)
  })
})
