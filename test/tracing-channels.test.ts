import { AsyncLocalStorage } from 'node:async_hooks'
import { channel, tracingChannel } from 'node:diagnostics_channel'
import { attemptChannel, createReceiver, deliveryChannel, storeChannel } from 'sallyport'
import type {
  AttemptMessage,
  DeliveryReport,
  IncomingDelivery,
  InboxEvent,
  StoreMessage,
  TraceContext,
} from 'sallyport'
import { createSqliteEngine, inboxChannel, type InboxReport } from 'sallyport/inbox'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { newEvent } from '../packages/contracts/src/engine/test-store.ts'
import { createQuietReceiver, provider, secret, sign, untilCount, useInboxes } from './support/inbox/receivers.ts'

const { openInbox, makePath } = useInboxes()
const traceContext: TraceContext = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, tracestate: 'x=1' }

let undo: (() => void)[] = []
afterEach(() => {
  for (const one of undo) one()
  undo = []
  vi.restoreAllMocks()
})

function listen(name: string, listener: (message: unknown) => void): void {
  const one = channel(name)
  one.subscribe(listener)
  undo.push(() => one.unsubscribe(listener))
}

const onStore = (listener: (message: StoreMessage) => void): void =>
  listen(`tracing:${storeChannel}:start`, listener as (message: unknown) => void)
const onAttempt = (listener: (message: AttemptMessage) => void, step = 'start'): void =>
  listen(`tracing:${attemptChannel}:${step}`, listener as (message: unknown) => void)

describe('the times of a delivery', () => {
  const receive = async (delivery: IncomingDelivery = sign()): Promise<DeliveryReport[]> => {
    const reports: DeliveryReport[] = []
    listen(deliveryChannel, (report) => void reports.push(report as DeliveryReport))
    const receiver = createReceiver(provider, { secret }).on('order.paid', () => {})
    await receiver.receive(delivery)
    await receiver.receive(delivery)
    return reports
  }

  it('are those of its stages', async () => {
    const [handled, duplicate] = await receive()
    expect(handled).toMatchObject({
      outcome: 'handled',
      verifyMs: expect.any(Number),
      acceptMs: expect.any(Number),
      handlerMs: expect.any(Number),
    })
    expect(duplicate).toMatchObject({ outcome: 'duplicate', verifyMs: expect.any(Number) })
    expect(duplicate?.handlerMs).toBeUndefined()
  })

  it('leave out the wait for the body', async () => {
    let now = 1_000
    vi.spyOn(performance, 'now').mockImplementation(() => now)
    const delivery = sign()
    const body = async (): Promise<Uint8Array> => {
      now += 500
      return delivery.body
    }
    const [report] = await receive({ ...delivery, body })
    expect(report).toMatchObject({ verifyMs: 0, acceptMs: 0, handlerMs: 0 })
  })

  it('are not measured for a hook alone', async () => {
    const reports: DeliveryReport[] = []
    const receiver = createReceiver(provider, { secret }).onReject((report) => void reports.push(report))
    await receiver.receive({ ...sign(), body: Buffer.from('{}') })
    expect(reports[0]).toMatchObject({ code: 'SIGNATURE_MISMATCH' })
    expect(reports[0]).not.toHaveProperty('verifyMs')
  })

  it('include that of an attempt, in the report of the inbox', async () => {
    const reports: InboxReport[] = []
    listen(inboxChannel, (report) => void reports.push(report as InboxReport))
    const inbox = openInbox(makePath())
    await createQuietReceiver(inbox)
      .on('order.paid', () => {})
      .receive(sign())
    await vi.waitUntil(() => reports.length === 2)
    expect(reports.map(({ outcome, durationMs }) => [outcome, typeof durationMs])).toEqual([
      ['stored', 'undefined'],
      ['handled', 'number'],
    ])
  })
})

describe('sallyport:store', () => {
  it('names the event without its content, and stores a trace context with it', async () => {
    const messages: StoreMessage[] = []
    onStore((message) => {
      messages.push(message)
      message.traceContext = traceContext
    })
    const inbox = openInbox(makePath())
    const receiver = createQuietReceiver(inbox).on('order.paid', () => {})
    await receiver.receive(sign({ id: 'one' }))
    await untilCount(inbox, 'done', 1)
    const [message] = messages
    const { key } = message!.event
    expect(message!.event).toEqual({ key, provider: 'standard-webhooks', type: 'order.paid', id: 'one' })
    expect(message!.answer).toBe('stored')
    expect(message!.headers.get('webhook-id')).toBe('one')
    expect(JSON.stringify(message)).not.toContain('amount')
    expect(JSON.stringify(message)).not.toContain('v1,')
    expect((await inbox.get(key))?.traceContext).toEqual(traceContext)
  })

  it('stores none that is invalid, or that nobody set', async () => {
    const inbox = openInbox(makePath())
    const receiver = createQuietReceiver(inbox).on('order.paid', () => {})
    await receiver.receive(sign({ id: 'before' }))
    onStore((message) => {
      message.traceContext = { traceparent: 'x'.repeat(100_000) }
    })
    await receiver.receive(sign({ id: 'after' }))
    await untilCount(inbox, 'done', 2)
    const { events } = await inbox.list()
    expect(events).toHaveLength(2)
    for (const event of events) expect(event).not.toHaveProperty('traceContext')
  })
})

describe('sallyport:attempt', () => {
  it('runs the handlers inside what a subscriber puts around them', async () => {
    const storage = new AsyncLocalStorage<string>()
    const steps: string[] = []
    onStore((message) => void (message.traceContext = traceContext))
    onAttempt((message) => {
      expect(message.traceContext).toEqual(traceContext)
      message.around((work) => storage.run('outer', work))
      message.around((work) => storage.run(`${storage.getStore()} inner`, work))
    })
    onAttempt(({ attempt, isLast, outcome }) => void steps.push(`${attempt} ${isLast} ${outcome}`), 'asyncEnd')
    const inbox = openInbox(makePath())
    const receiver = createQuietReceiver(inbox).on('order.paid', (_event, { attempt }) => {
      steps.push(storage.getStore() ?? 'nothing')
      if (attempt < 3) throw new Error('not yet')
    })
    await receiver.receive(sign())
    await untilCount(inbox, 'done', 1)
    expect(steps).toEqual([
      'outer inner',
      '1 false retried',
      'outer inner',
      '2 false retried',
      'outer inner',
      '3 true handled',
    ])
  })

  it('runs the handlers once, whatever a subscriber does around them', async () => {
    const print = vi.spyOn(console, 'error').mockImplementation(() => {})
    const bad: ((work: () => Promise<unknown>) => Promise<unknown>)[] = [
      () => Promise.resolve(),
      () => {
        throw new Error('before')
      },
      async (work) => {
        await Promise.all([work(), work()])
        throw new Error('after')
      },
      () => Promise.reject(new Error('instead')),
      () => new Promise(() => {}),
    ]
    onAttempt((message) => message.around(bad[Number(message.event.id)]!))
    const runs: string[] = []
    const inbox = openInbox(makePath())
    const receiver = createQuietReceiver(inbox).on('order.paid', ({ id }) => void runs.push(id))
    for (const index of bad.keys()) await receiver.receive(sign({ id: String(index) }))
    await untilCount(inbox, 'done', bad.length)
    expect(runs.toSorted()).toEqual(['0', '1', '2', '3', '4'])
    await vi.waitUntil(() => print.mock.calls.length === 3)
    for (const [text] of print.mock.calls) expect(text).toContain('a function passed to around() failed')
  })

  it('does not print what a handler throws as a failure of around', async () => {
    const print = vi.spyOn(console, 'error').mockImplementation(() => {})
    onAttempt((message) => message.around(async (work) => work()))
    const inbox = openInbox(makePath())
    const receiver = createQuietReceiver(inbox).on('order.paid', () => {
      throw new Error('broken')
    })
    await receiver.receive(sign())
    await untilCount(inbox, 'dead', 1)
    expect(print).not.toHaveBeenCalled()
  })

  it.each([['a text'], [{ traceparent: 5 }], [{ traceparent: 'x', tracestate: [] }], [[]]])(
    'ignores a stored trace context of %j',
    async (bad) => {
      const path = makePath()
      const engine = createSqliteEngine({ path })
      await engine.start()
      const body = Buffer.from('{"type":"order.paid","data":{"amount":5}}')
      const event: InboxEvent = newEvent(1, { provider: 'standard-webhooks', type: 'order.paid', body })
      await engine.insert([{ ...event, traceContext: bad as never }])
      await engine.stop({ drainMs: 0 })
      const seen: unknown[] = []
      onAttempt((message) => void seen.push(message.traceContext))
      const inbox = openInbox(path)
      createQuietReceiver(inbox).on('order.paid', () => {})
      await untilCount(inbox, 'done', 1)
      expect(seen).toEqual([undefined])
    },
  )

  it('is a channel that tracingChannel returns', () => {
    expect(tracingChannel(attemptChannel).start).toBe(channel('tracing:sallyport:attempt:start'))
    expect(tracingChannel(storeChannel).hasSubscribers).toBe(false)
  })
})
