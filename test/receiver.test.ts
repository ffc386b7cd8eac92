import {
  createMemoryReplayGuard,
  createReceiver,
  createReply,
  deliveryChannel,
  RejectError,
  SallyportError,
  type DeliveryReport,
  type ReceiverOptions,
  type ReplayGuard,
} from 'sallyport'
import { withEvents, type StandardSchema } from 'sallyport/provider'
import { invoratec } from 'sallyport/providers/invoratec'
import { sonzai } from 'sallyport/providers/sonzai'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import { signDelivery, type SignOptions } from 'sallyport/testing'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { describe, expect, it, vi } from 'vitest'
import * as z from 'zod'

const secret = 'whsec_test'
const now = Date.UTC(2026, 0, 1)

function make(options: Partial<ReceiverOptions> = {}) {
  const errors: unknown[] = []
  const rejections: DeliveryReport[] = []
  const receiver = createReceiver(sonzai(), { secret, now: () => now, ...options })
    .onError((error) => void errors.push(error))
    .onReject((report) => void rejections.push(report))
  return { receiver, errors, rejections }
}

const sign = (options: Partial<SignOptions> = {}) =>
  signDelivery(sonzai(), { secret, now, type: 'on_wakeup_ready', ...options })

/** A promise with its ends in hand, so that a test decides the order of events. */
function gate<Value = void>() {
  return Promise.withResolvers<Value>()
}

describe('receiver handlers', () => {
  it('runs handlers of the type in order, then those for any', async () => {
    const { receiver } = make()
    const seen: string[] = []
    receiver.onAny(({ type }) => void seen.push(`any ${type}`))
    receiver.on('on_wakeup_ready', ({ data }) => void seen.push(`first ${data.generated_message}`))
    receiver.on('on_wakeup_ready', (event, context) => {
      seen.push(`second ${context.headers.get('CONTENT-type')} ${context.delivery.body.length > 0}`)
      expect(event).toMatchObject({
        provider: 'sonzai',
        keyId: 'secret-1',
        signedAt: new Date(now),
        receivedAt: new Date(now),
      })
      expect(context.signal.aborted).toBe(false)
    })
    receiver.on('agent.message', () => void seen.push('never'))
    const reply = await receiver.receive(sign())
    expect(reply).toMatchObject({ status: 200, body: '{"outcome":"handled"}' })
    expect(seen).toEqual([
      'first Hey! How did the interview go? 🎉',
      'second application/json true',
      'any on_wakeup_ready',
    ])
  })

  it('answers with the reply a handler makes', async () => {
    const { receiver } = make()
    receiver.on('on_wakeup_ready', () => createReply({ status: 201, body: { digest: 'abc' } }))
    expect(await receiver.receive(sign())).toMatchObject({ status: 201, body: '{"digest":"abc"}' })
    expect(() => createReply({ status: 500, body: {} })).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }))
  })

  it('waits for the handlers behind one that replies', async () => {
    const { receiver, errors } = make()
    const failure = new Error('not stored')
    receiver.on('on_wakeup_ready', () => createReply({ body: {} }))
    receiver.onAny(() => Promise.reject(failure))
    expect(await receiver.receive(sign())).toMatchObject({ status: 500, code: 'HANDLER_FAILED' })
    expect(errors).toEqual([failure])
  })

  it('keeps the first reply of several handlers', async () => {
    const { receiver } = make()
    const seen: string[] = []
    for (const name of ['first', 'second'])
      receiver.on('on_wakeup_ready', async () => {
        await new Promise(setImmediate)
        seen.push(name)
        return createReply({ body: name })
      })
    expect(await receiver.receive(sign())).toMatchObject({ status: 200, body: '"first"' })
    expect(seen).toEqual(['first', 'second'])
  })

  it('answers 4xx with the reason of a RejectError', async () => {
    const { receiver, rejections, errors } = make()
    const handler = vi.fn(() => {
      throw new RejectError('the calendar is not connected', { status: 409 })
    })
    receiver.on('on_wakeup_ready', handler)
    const delivery = sign()
    for (let round = 0; round < 2; round++) {
      const reply = await receiver.receive(delivery)
      expect(reply).toMatchObject({ status: 409, code: 'DELIVERY_REJECTED', outcome: 'refused' })
      expect(JSON.parse(reply.body)).toMatchObject({ status: 409, detail: 'the calendar is not connected' })
    }
    expect(handler).toHaveBeenCalledTimes(2)
    expect(rejections).toHaveLength(2)
    expect(errors).toEqual([])
    expect(() => new RejectError('no', { status: 500 })).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }))
    expect(RejectError.is(new RejectError('x'))).toBe(true)
    expect(RejectError.is(new SallyportError('INTERNAL'))).toBe(false)
  })

  it('answers a failed handler with 500 and reports the error', async () => {
    const { receiver, errors } = make()
    const failure = new Error('password=hunter2')
    receiver.on('on_wakeup_ready', () => Promise.reject(failure))
    const reply = await receiver.receive(sign())
    expect(reply).toMatchObject({ status: 500, code: 'HANDLER_FAILED', outcome: 'failed' })
    expect(reply.body).not.toContain('hunter2')
    expect(errors).toEqual([failure])
  })

  it('prints errors to stderr without an onError hook', async () => {
    const spy = vi.spyOn(console, 'error').mockImplementation(() => {})
    const receiver = createReceiver(sonzai(), { secret, now: () => now }).on('on_wakeup_ready', () =>
      Promise.reject(new Error('x')),
    )
    await receiver.receive(sign())
    expect(spy).toHaveBeenCalledOnce()
    spy.mockRestore()
  })

  it('throws for an undeclared event type', () => {
    const { receiver } = make()
    for (const type of ['nope', '__proto__', 'toString']) {
      expect(() => receiver.on(type as 'agent.message', () => {})).toThrow(
        expect.objectContaining({ code: 'OPTION_INVALID' }),
      )
    }
  })

  it('answers 503 on timeout and dedupes the retry', async () => {
    const { receiver, errors } = make({ handlerTimeoutMs: 20 })
    const work = gate()
    let signal: AbortSignal | undefined
    receiver.on('on_wakeup_ready', (_event, context) => {
      signal = context.signal
      return work.promise
    })
    const delivery = sign()
    const first = await receiver.receive(delivery)
    expect(first).toMatchObject({ status: 503, code: 'HANDLER_TIMEOUT', headers: { 'retry-after': '5' } })
    expect(signal?.aborted).toBe(true)
    expect(await receiver.receive(delivery)).toMatchObject({ status: 503 })
    work.resolve()
    await receiver.settled()
    expect(await receiver.receive(delivery)).toMatchObject({ outcome: 'duplicate' })
    expect(errors).toMatchObject([{ code: 'HANDLER_TIMEOUT' }, { code: 'HANDLER_TIMEOUT' }])
  })

  it('reports a failure after the timeout and frees the event', async () => {
    const { receiver, errors } = make({ handlerTimeoutMs: 20 })
    const work = gate()
    let isFirst = true
    receiver.on('on_wakeup_ready', () => (isFirst ? work.promise : undefined))
    const delivery = sign()
    await receiver.receive(delivery)
    isFirst = false
    work.reject(new Error('late'))
    await receiver.settled()
    expect(errors).toMatchObject([{ code: 'HANDLER_TIMEOUT' }, { message: 'late' }])
    expect(await receiver.receive(delivery)).toMatchObject({ outcome: 'handled' })
  })

  it('waits for background work and reports its failure', async () => {
    const { receiver, errors } = make()
    const work = gate()
    const outside: Promise<unknown>[] = []
    receiver.on('on_wakeup_ready', (_event, context) => context.waitUntil(work.promise))
    expect(await receiver.receive({ ...sign(), waitUntil: (promise) => void outside.push(promise) })).toMatchObject({
      outcome: 'handled',
    })
    work.reject(new Error('mail server is down'))
    await receiver.settled()
    expect(errors).toMatchObject([{ message: 'mail server is down' }])
    // The handling of the delivery, and then its own.
    expect(outside).toHaveLength(2)
    await expect(outside[0]).resolves.toBeUndefined()
    await expect(outside[1]).rejects.toThrow()
  })

  it('aborts the signal when the sender disconnects', async () => {
    const { receiver } = make()
    const sender = new AbortController()
    receiver.on('on_wakeup_ready', (_event, context) => {
      sender.abort()
      expect(context.signal.aborted).toBe(true)
    })
    expect(await receiver.receive({ ...sign(), signal: sender.signal })).toMatchObject({ outcome: 'handled' })
  })
})

describe('receiver duplicates', () => {
  it('dispatches simultaneous duplicates once, then acknowledges', async () => {
    const { receiver } = make()
    const work = gate()
    const handler = vi.fn(() => work.promise)
    receiver.on('on_wakeup_ready', handler)
    const delivery = sign()
    let answered = 0
    const replies = Array.from({ length: 50 }, () =>
      receiver.receive(delivery).then((reply) => {
        answered++
        return reply
      }),
    )
    await new Promise((resolve) => setImmediate(resolve))
    expect(answered).toBe(0)
    work.resolve()
    const outcomes = (await Promise.all(replies)).map(({ outcome }) => outcome)
    expect(outcomes.filter((outcome) => outcome === 'handled')).toHaveLength(1)
    expect(outcomes.filter((outcome) => outcome === 'duplicate')).toHaveLength(49)
    expect(handler).toHaveBeenCalledOnce()
  })

  it('answers 503 to duplicates of a delivery that fails', async () => {
    const { receiver, rejections } = make()
    const work = gate()
    const handler = vi.fn(() => work.promise)
    receiver.on('on_wakeup_ready', handler)
    const delivery = sign()
    const replies = [receiver.receive(delivery), receiver.receive(delivery), receiver.receive(delivery)]
    await new Promise((resolve) => setImmediate(resolve))
    work.reject(new Error('failed'))
    expect((await Promise.all(replies)).map(({ code }) => code)).toEqual([
      'HANDLER_FAILED',
      'DELIVERY_IN_PROGRESS',
      'DELIVERY_IN_PROGRESS',
    ])
    expect(handler).toHaveBeenCalledOnce()
    expect(rejections).toMatchObject([{ code: 'DELIVERY_IN_PROGRESS' }, { code: 'DELIVERY_IN_PROGRESS' }])
  })

  it('handles equal bodies with different signed times', async () => {
    const { receiver } = make()
    const handler = vi.fn()
    receiver.on('on_wakeup_ready', handler)
    await receiver.receive(sign())
    await receiver.receive(sign({ now: now + 1000 }))
    expect(handler).toHaveBeenCalledTimes(2)
  })

  it('handles every duplicate with the guard off', async () => {
    const { receiver } = make({ replayGuard: 'off' })
    const handler = vi.fn()
    receiver.on('on_wakeup_ready', handler)
    await receiver.receive(sign())
    await receiver.receive(sign())
    expect(handler).toHaveBeenCalledTimes(2)
    expect(receiver.describe().replayGuard).toBe('off')
    expect(receiver.replayGuard).toBeUndefined()
  })

  it('shows its guard, and how full it is', async () => {
    const { receiver } = make()
    expect(await receiver.replayGuard?.usage?.()).toEqual({ held: 0, capacity: 2_000_000 })
    await receiver.receive(sign())
    await receiver.receive(sign())
    expect(await receiver.replayGuard?.usage?.()).toEqual({ held: 1, capacity: 2_000_000 })
    const replayGuard = createMemoryReplayGuard({ capacity: 5 })
    expect(make({ replayGuard }).receiver.replayGuard).toBe(replayGuard)
  })

  it('uses the dedupeKey of the options', async () => {
    const { receiver } = make({ dedupeKey: ({ data }) => (data as { agent_id?: string }).agent_id })
    const send = (agent_id: string | undefined, n: number) =>
      receiver.receive(sign({ body: { event_type: 'agent.message', agent_id, n } }))
    expect(await send('a', 1)).toMatchObject({ outcome: 'ignored' })
    expect(await send('a', 2)).toMatchObject({ outcome: 'duplicate' })
    expect(await send('b', 3)).toMatchObject({ outcome: 'ignored' })
    expect(await send(undefined, 4)).toMatchObject({ outcome: 'ignored' })
    expect(await send(undefined, 4)).toMatchObject({ outcome: 'ignored' })
  })

  it.each([null, '', 5])('cannot have the invalid key %j', async (key) => {
    const { receiver, errors } = make({ dedupeKey: () => key as string })
    expect(await receiver.receive(sign())).toMatchObject({ status: 500, code: 'OPTION_INVALID' })
    expect(errors).toHaveLength(1)
  })

  it('answers 503 and handles nothing when the guard fails', async () => {
    const broken: ReplayGuard = {
      name: 'broken',
      claim: () => Promise.reject(new Error('down')),
      commit() {},
      release() {},
    }
    const { receiver, errors } = make({ replayGuard: broken })
    const handler = vi.fn()
    receiver.on('on_wakeup_ready', handler)
    expect(await receiver.receive(sign())).toMatchObject({ status: 503, code: 'REPLAY_GUARD_FAILED' })
    expect(handler).not.toHaveBeenCalled()
    expect(errors).toMatchObject([{ code: 'REPLAY_GUARD_FAILED', cause: { message: 'down' } }])
  })

  it('keeps a handled event when the guard cannot record it', async () => {
    const forgetful: ReplayGuard = {
      name: 'forgetful',
      claim: () => 'claimed',
      commit: () => Promise.reject(new Error('down')),
      release() {},
    }
    const { receiver, errors } = make({ replayGuard: forgetful })
    receiver.on('on_wakeup_ready', () => {})
    expect(await receiver.receive(sign())).toMatchObject({ status: 200, outcome: 'handled' })
    expect(errors).toMatchObject([{ code: 'REPLAY_GUARD_FAILED' }])
  })

  it('answers 503 while another process handles the event', async () => {
    const elsewhere: ReplayGuard = { name: 'shared', claim: () => 'pending', commit() {}, release() {} }
    const { receiver } = make({ replayGuard: elsewhere })
    expect(await receiver.receive(sign())).toMatchObject({ status: 503, code: 'DELIVERY_IN_PROGRESS' })
  })
})

describe('receiver replay with a slow body', () => {
  it.each([
    ['where events are remembered no longer than they must', { retentionMs: 600_000 }],
    ['where another has taken its place, and left it', { replayGuard: createMemoryReplayGuard({ capacity: 1 }) }],
  ] as const)('is not handled again %s', async (_name, options) => {
    let time = now
    const { receiver } = make({ ...options, now: () => time })
    const handled: unknown[] = []
    receiver.on('on_wakeup_ready', ({ data }) => {
      if (data['id'] !== 'captured') throw new Error('not now')
      handled.push(data['id'])
    })
    const signAt = (at: number, id: string) => sign({ now: at, body: { event_type: 'on_wakeup_ready', id } })
    // Signed by a clock that is as far ahead as may be, so that it is fresh for as long as may be.
    const captured = signAt(now + 300_000, 'captured')
    await receiver.receive(captured)
    const body = gate<Uint8Array>()
    time = now + 590_000
    const replay = receiver.receive({ ...captured, body: () => body.promise })
    time = now + 610_000
    await receiver.receive(signAt(time, 'another'))
    body.resolve(captured.body)
    await replay
    expect(handled).toEqual(['captured'])
  })
})

describe('receiver unknown events', () => {
  it('acknowledges them and calls onUnknown once', async () => {
    const { receiver } = make()
    const handler = vi.fn()
    receiver.onUnknown(handler)
    const delivery = sign({ body: { event_type: 'agent.teleported', agent_id: 'a' } })
    expect(await receiver.receive(delivery)).toMatchObject({ status: 200, outcome: 'unknown' })
    expect(await receiver.receive(delivery)).toMatchObject({ outcome: 'duplicate' })
    expect(handler).toHaveBeenCalledOnce()
    expect(handler.mock.calls[0]![0]).toMatchObject({ type: 'agent.teleported', data: { agent_id: 'a' } })
  })

  it('rejects them with unknownEvents: reject', async () => {
    const { receiver, rejections } = make({ unknownEvents: 'reject' })
    expect(await receiver.receive(sign({ body: { event_type: 'agent.teleported' } }))).toMatchObject({
      status: 422,
      code: 'EVENT_UNKNOWN',
    })
    expect(rejections).toMatchObject([{ eventType: 'agent.teleported' }])
  })

  it('handles types added by withEvents', async () => {
    const provider = withEvents(sonzai(), { 'agent.teleported': z.looseObject({ to: z.string() }) })
    const seen: string[] = []
    const receiver = createReceiver(provider, { secret, now: () => now }).on(
      'agent.teleported',
      ({ data }) => void seen.push(data.to),
    )
    await receiver.receive(sign({ body: { event_type: 'agent.teleported', to: 'Kyoto' } }))
    expect(seen).toEqual(['Kyoto'])
    expect(sonzai().events).not.toHaveProperty('agent.teleported')
  })
})

describe('receiver schemas', () => {
  const signTool = (data: unknown) =>
    signDelivery(invoratec(), {
      secret,
      now,
      type: 'app.installed',
      body: { event: 'app.installed', timestamp: new Date(now).toISOString(), data },
    })

  it('answers 422 with places of a mismatch, never values', async () => {
    const receiver = createReceiver(invoratec(), { secret, now: () => now }).on('app.installed', () => {})
    const rejections: DeliveryReport[] = []
    receiver.onReject((report) => void rejections.push(report))
    const reply = await receiver.receive(signTool({ appId: 5, appName: ['SECRET'] }))
    expect(reply).toMatchObject({ status: 422, code: 'PAYLOAD_INVALID' })
    expect(rejections).toMatchObject([{ issues: ['appId', 'appName'], eventType: 'app.installed', keyId: 'secret-1' }])
    expect(JSON.stringify([reply, rejections])).not.toContain('SECRET')
  })

  it('keeps members a schema does not know', async () => {
    const seen: unknown[] = []
    const receiver = createReceiver(invoratec(), { secret, now: () => now }).on(
      'app.installed',
      ({ data }) => void seen.push(data),
    )
    await receiver.receive(signTool({ appId: 'a', appName: 'b', more: { deep: [1] } }))
    expect(seen).toEqual([{ appId: 'a', appName: 'b', more: { deep: [1] } }])
  })

  it('does not validate events without a handler', async () => {
    const receiver = createReceiver(invoratec(), { secret, now: () => now })
    expect(await receiver.receive(signTool(null))).toMatchObject({ outcome: 'ignored' })
  })

  it('awaits schemas and answers 500 when one throws', async () => {
    const events = {
      slow: z.looseObject({}).refine(async () => true),
      broken: z.looseObject({}).transform(() => {
        throw new Error('bug')
      }),
    }
    const provider = withEvents(sonzai(), events)
    const errors: unknown[] = []
    const receiver = createReceiver(provider, { secret, now: () => now })
      .onAny(() => {})
      .onError((error) => void errors.push(error))
    expect(await receiver.receive(sign({ body: { event_type: 'slow' } }))).toMatchObject({ outcome: 'handled' })
    expect(await receiver.receive(sign({ body: { event_type: 'broken' } }))).toMatchObject({ status: 500 })
    expect(errors).toHaveLength(1)
  })
})

describe('receiver schemas that throw RejectError', () => {
  const rejecting = (validate: () => never) => {
    const schema: StandardSchema = { '~standard': { version: 1, vendor: 'test', validate } }
    const seen: unknown[] = []
    const rejections: DeliveryReport[] = []
    const errors: unknown[] = []
    const receiver = createReceiver(withEvents(sonzai(), { odd: schema }), { secret, now: () => now })
      .on('odd', (event) => void seen.push(event))
      .onReject((report) => void rejections.push(report))
      .onError((error) => void errors.push(error))
    return { receive: () => receiver.receive(sign({ body: { event_type: 'odd' } })), seen, rejections, errors }
  }

  it('answers 4xx with the reason and runs no handler', async () => {
    const { receive, seen, rejections, errors } = rejecting(() => {
      throw new RejectError('the attachment is damaged', { status: 409, cause: new Error('offset 5') })
    })
    for (let round = 0; round < 2; round++) {
      const reply = await receive()
      expect(reply).toMatchObject({ status: 409, code: 'DELIVERY_REJECTED', outcome: 'refused' })
      expect(JSON.parse(reply.body)).toMatchObject({ detail: 'the attachment is damaged' })
    }
    expect(rejections).toHaveLength(2)
    expect({ seen, errors }).toEqual({ seen: [], errors: [] })
  })

  it('answers any other error of a schema with 500', async () => {
    const { receive, errors } = rejecting(() => {
      throw new SallyportError('BODY_TOO_LARGE', 'hunter2')
    })
    const reply = await receive()
    expect(reply).toMatchObject({ status: 500, code: 'HANDLER_FAILED' })
    expect(reply.body).not.toContain('hunter2')
    expect(errors).toHaveLength(1)
  })
})

describe('receiver secret resolvers', () => {
  it('keeps the ids of tenants apart', async () => {
    const events = { ping: z.looseObject({}) }
    const provider = standardWebhooks({ events })
    const keys: Record<string, string> = { '/a': 'whsec_AAAAAAAAAAAAAAAA', '/b': 'whsec_BBBBBBBBBBBBBBBB' }
    const seen: (string | undefined)[] = []
    const receiver = createReceiver(provider, {
      now: () => now,
      secret: async ({ url, body }) => {
        expect(body?.length).toBeGreaterThan(0)
        return keys[url] && { tenant: url, secrets: keys[url] }
      },
    }).onAny(({ tenant }) => void seen.push(tenant))
    const send = (url: string, key = keys[url]!) =>
      receiver.receive(
        signDelivery(provider, { secret: key, now, url, id: 'msg_1', type: 'ping', body: { type: 'ping', data: {} } }),
      )
    expect(await send('/a')).toMatchObject({ outcome: 'handled' })
    expect(await send('/a')).toMatchObject({ outcome: 'duplicate' })
    expect(await send('/b')).toMatchObject({ outcome: 'handled' })
    expect(await send('/b', keys['/a'])).toMatchObject({ code: 'SIGNATURE_MISMATCH' })
    expect(await send('/c', keys['/a'])).toMatchObject({ code: 'SECRET_UNKNOWN' })
    expect(seen).toEqual(['/a', '/b'])
    expect(receiver.describe().activeSecrets).toBe('resolved per delivery')
  })

  it('ignores signed ids without tenant names', async () => {
    const provider = standardWebhooks({ events: { ping: z.looseObject({}) } })
    const receiver = createReceiver(provider, {
      now: () => now,
      secret: () => ['whsec_AAAAAAAAAAAAAAAA', 'whsec_BBBBBBBBBBBBBBBB'],
    }).onAny(() => {})
    const send = (key: string, data: object) =>
      receiver.receive(
        signDelivery(provider, { secret: key, now, id: 'msg_1', type: 'ping', body: { type: 'ping', data } }),
      )
    expect(await send('whsec_BBBBBBBBBBBBBBBB', { evil: true })).toMatchObject({ outcome: 'handled' })
    expect(await send('whsec_AAAAAAAAAAAAAAAA', { honest: true })).toMatchObject({ outcome: 'handled' })
  })

  it('answers 503 when a resolver fails', async () => {
    const { receiver, errors } = make({ secret: () => Promise.reject(new Error('vault is sealed')) })
    const reply = await receiver.receive(sign())
    expect(reply).toMatchObject({ status: 503, code: 'SECRET_RESOLVER_FAILED' })
    expect(reply.body).not.toContain('vault')
    expect(errors).toMatchObject([{ cause: { message: 'vault is sealed' } }])
  })
})

describe('receiver reports', () => {
  it('reach hooks, counters and channels for every outcome', async () => {
    const published: DeliveryReport[] = []
    const listen = (message: unknown): void => void published.push(message as DeliveryReport)
    subscribe(deliveryChannel, listen)
    try {
      const { receiver, rejections } = make()
      receiver.on('on_wakeup_ready', () => {})
      const delivery = { ...sign(), remoteAddress: '::ffff:192.0.2.7' }
      await receiver.receive(delivery)
      await receiver.receive(delivery)
      await receiver.receive({ ...delivery, body: Buffer.from('{}') })
      expect(receiver.counts()).toEqual({
        outcomes: { handled: 1, duplicate: 1, refused: 1 },
        codes: { SIGNATURE_MISMATCH: 1 },
      })
      expect(published.map(({ outcome }) => outcome)).toEqual(['handled', 'duplicate', 'refused'])
      expect(published[0]).toMatchObject({
        provider: 'sonzai',
        status: 200,
        keyId: 'secret-1',
        eventType: 'on_wakeup_ready',
        eventId: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
        remoteAddress: '192.0.2.7',
        bodyBytes: delivery.body.length,
        receivedAt: new Date(now),
      })
      // Nothing of an unverified body is told.
      expect(rejections).toEqual([published[2]])
      expect(rejections[0]).not.toHaveProperty('eventType')
    } finally {
      unsubscribe(deliveryChannel, listen)
    }
  })

  it('survives hooks that throw', async () => {
    const spy = vi.spyOn(console, 'error').mockImplementation(() => {})
    const receiver = createReceiver(sonzai(), { secret, now: () => now })
      .onReject(() => {
        throw new Error('hook')
      })
      .onReject(() => Promise.reject(new Error('hook')))
    expect(await receiver.receive({ ...sign(), body: Buffer.from('{}') })).toMatchObject({ code: 'SIGNATURE_MISMATCH' })
    await new Promise((resolve) => setImmediate(resolve))
    expect(spy).toHaveBeenCalledTimes(2)
    spy.mockRestore()
  })
})

describe('receiver options', () => {
  it.each([
    ['retention', { retentionMs: 599_000 }],
    ['maxBodyBytes', { maxBodyBytes: 0 }],
    ['maxBodyBytes', { maxBodyBytes: Infinity }],
    ['bodyTimeoutMs', { bodyTimeoutMs: -1 }],
    ['handlerTimeoutMs', { handlerTimeoutMs: 2 ** 31 }],
    ['unknownEvents', { unknownEvents: 'maybe' as 'accept' }],
    ['toleranceMs', { toleranceMs: '300000' as unknown as number }],
  ])('name themselves when wrong: %s', (name, options) => {
    expect(() => make(options)).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringContaining(`sonzai: ${name}`) }),
    )
  })

  it('shows only code and title of an error in JSON', () => {
    const error = new SallyportError('SECRET_INVALID', 'sonzai: the secret "x" is empty')
    expect(JSON.parse(JSON.stringify({ error }))).toEqual({
      error: { code: 'SECRET_INVALID', title: 'Secret invalid' },
    })
    expect(SallyportError.is(error)).toBe(true)
    expect(SallyportError.is({ code: 'SECRET_INVALID' })).toBe(false)
    expect(SallyportError.is(Object.defineProperty({}, Symbol.for('sallyport.error'), { value: true }))).toBe(true)
  })
})
