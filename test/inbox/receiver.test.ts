import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createReceiver, RejectError } from 'sallyport'
import { webhook } from 'sallyport/node'
import { inboxChannel, type InboxReport } from 'sallyport/inbox'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import { describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { createQuietReceiver, provider, secret, sign, untilCount, useInboxes } from '../support/inbox/receivers.ts'

const { openInbox, makePath } = useInboxes()

describe('a receiver with an inbox', () => {
  it('answers 202 when the event is stored, then handles it', async () => {
    const inbox = openInbox(makePath())
    const delivery = sign({ id: 'msg_1' })
    const gate = Promise.withResolvers<void>()
    const runs: unknown[] = []
    const receiver = createQuietReceiver(inbox).on('order.paid', async ({ data, id }, context) => {
      await gate.promise
      const { attempt, idempotencyKey, delivery: kept } = context
      runs.push({ data, id, attempt, idempotencyKey, body: Buffer.from(kept.body).equals(delivery.body) })
      if (attempt < 3) throw new Error('not yet')
    })
    const reply = await receiver.receive(delivery)
    expect(reply).toMatchObject({ status: 202, outcome: 'accepted', body: '{"outcome":"accepted"}' })
    gate.resolve()
    await untilCount(inbox, 'done', 1)
    const [event] = (await inbox.list()).events
    const run = { data: { amount: 5 }, id: 'msg_1', idempotencyKey: event!.key, body: true }
    expect(runs).toEqual([1, 2, 3].map((attempt) => ({ ...run, attempt })))
    expect(receiver.counts().outcomes).toEqual({ accepted: 1 })
  })

  it('has sent its 202 before a handler begins, which may block or end the process', async () => {
    const inbox = openInbox(makePath())
    const responses = new Map<string, ServerResponse>()
    const isSent: boolean[] = []
    const receiver = createQuietReceiver(inbox).on('order.paid', ({ id }) => {
      isSent.push(responses.get(id)!.headersSent)
    })
    const mount = webhook(receiver)
    const server = createServer((request, response) => {
      responses.set(String(request.headers['webhook-id']), response)
      void mount(request, response)
    }).listen(0, '127.0.0.1')
    try {
      await once(server, 'listening')
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
      // One by one: each is stored and claimed in one transaction.
      for (let number = 0; number < 10; number++) {
        const { plainHeaders, body } = sign({ id: `msg_${number}` })
        const { status } = await fetch(url, { method: 'POST', headers: plainHeaders, body: Buffer.from(body) })
        expect(status).toBe(202)
        await untilCount(inbox, 'done', number + 1)
      }
      expect(isSent).toEqual(Array.from({ length: 10 }, () => true))
    } finally {
      server.close()
    }
  })

  it('answers duplicates, and handles the event once', async () => {
    const inbox = openInbox(makePath())
    let runs = 0
    const receiver = createQuietReceiver(inbox).on('order.paid', () => void runs++)
    const delivery = sign()
    const replies = await Promise.all([1, 2, 3].map(() => receiver.receive(delivery)))
    expect(replies.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([200, 200, 202])
    await untilCount(inbox, 'done', 1)
    expect(await receiver.receive(delivery)).toMatchObject({ status: 200, outcome: 'duplicate' })
    expect(runs).toBe(1)
  })

  it('makes an event dead whose data does not match its schema', async () => {
    const inbox = openInbox(makePath())
    let runs = 0
    const errors: unknown[] = []
    const receiver = createReceiver(provider, { secret, inbox })
      .on('order.paid', () => void runs++)
      .onError((error) => errors.push(error))
    const reply = await receiver.receive(sign({ body: { type: 'order.paid', data: { amount: 'a lot' } } }))
    expect(reply.status).toBe(202)
    await untilCount(inbox, 'dead', 1)
    const [dead] = (await inbox.list({ state: 'dead' })).events
    expect(dead).toMatchObject({ attempts: 1, error: expect.stringMatching(/^InvalidPayloadError: .* at: amount$/) })
    expect(dead!.error).not.toContain('a lot')
    expect(errors).toMatchObject([{ code: 'PAYLOAD_INVALID' }])
    expect(runs).toBe(0)
  })

  it.each([
    { thrown: new RejectError('The shop is closed.'), error: 'RejectError: The shop is closed.' },
    { thrown: Object.assign(new TypeError('not ours'), { isPermanent: true }), error: 'TypeError: not ours' },
  ])('sends an event to the dead letters at once when a handler says $error', async ({ thrown, error }) => {
    const inbox = openInbox(makePath())
    const receiver = createQuietReceiver(inbox).on('order.paid', () => {
      throw thrown
    })
    expect((await receiver.receive(sign())).status).toBe(202)
    await untilCount(inbox, 'dead', 1)
    expect((await inbox.list()).events).toMatchObject([{ attempts: 1, error }])
  })

  it('stores undeclared types for onUnknown, or rejects them', async () => {
    const inbox = openInbox(makePath())
    const told: unknown[] = []
    const receiver = createQuietReceiver(inbox).onUnknown(({ type, data }) => told.push({ type, data }))
    const unknown = sign({ body: { type: 'order.lost', data: { any: 'thing' } } })
    expect((await receiver.receive(unknown)).status).toBe(202)
    await untilCount(inbox, 'done', 1)
    expect(told).toEqual([{ type: 'order.lost', data: { any: 'thing' } }])

    const strict = createQuietReceiver(openInbox(makePath()), { unknownEvents: 'reject' })
    expect(await strict.receive(unknown)).toMatchObject({ status: 422, code: 'EVENT_UNKNOWN' })
    expect((await inbox.stats()).counts).toMatchObject({ pending: 0, done: 1 })
  })

  it('stores nothing it cannot verify', async () => {
    const inbox = openInbox(makePath())
    const receiver = createQuietReceiver(inbox)
    const { headers, ...rest } = sign()
    const replies = [
      await receiver.receive({ ...rest, headers, body: Buffer.from('{"type":"order.paid","data":{"amount":6}}') }),
      await receiver.receive(sign({ headers: { 'webhook-signature': undefined } })),
      await receiver.receive(sign({ now: Date.now() - 600_000 })),
    ]
    expect(replies.map(({ code }) => code)).toEqual(['SIGNATURE_MISMATCH', 'SIGNATURE_MISSING', 'TIMESTAMP_STALE'])
    expect((await inbox.stats()).counts).toEqual({ pending: 0, active: 0, done: 0, dead: 0 })
  })

  it('retries an event while no handler is registered', async () => {
    const inbox = openInbox(makePath(), { retry: { attempts: 100, delayMs: 20, maxDelayMs: 20 } })
    const receiver = createQuietReceiver(inbox)
    await receiver.receive(sign())
    await new Promise((resolve) => setTimeout(resolve, 100))
    let runs = 0
    receiver.on('order.paid', () => void runs++)
    await untilCount(inbox, 'done', 1)
    expect(runs).toBe(1)
  })

  it('retries an event whose handler takes too long', async () => {
    const inbox = openInbox(makePath())
    const attempts: number[] = []
    const receiver = createQuietReceiver(inbox, { handlerTimeoutMs: 50 }).on('order.paid', async (_event, context) => {
      attempts.push(context.attempt)
      if (context.attempt === 1) await new Promise((resolve) => context.signal.addEventListener('abort', resolve))
    })
    await receiver.receive(sign())
    await untilCount(inbox, 'done', 1)
    expect(attempts).toEqual([1, 2])
  })

  it('describes its inbox, and rejects a replay guard beside it', async () => {
    const path = makePath()
    const inbox = openInbox(path)
    const receiver = createQuietReceiver(inbox)
    expect(receiver.describe()).toMatchObject({ inbox: `SQLite, ${path}`, replayGuard: 'the inbox' })
    expect(receiver.inbox).toBe(inbox)
    expect(receiver.replayGuard).toBeUndefined()
    expect(createReceiver(provider, { secret }).inbox).toBeUndefined()
    const both = { secret, inbox, replayGuard: 'off' } as const
    expect(() => createReceiver(provider, both)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }))
  })
})

describe('an inbox', () => {
  it('can be shared by receivers of different providers', async () => {
    const inbox = openInbox(makePath())
    const other = standardWebhooks({ name: 'other', events: { 'order.paid': z.looseObject({}) } })
    const seen: string[] = []
    const first = createQuietReceiver(inbox).onAny((event) => void seen.push(event.provider))
    const second = createReceiver(other, { secret, inbox }).onAny((event) => void seen.push(event.provider))
    const delivery = sign({ id: 'same' })
    // The same bytes and the same id, sent by two senders: two events.
    expect((await first.receive(delivery)).status).toBe(202)
    expect((await second.receive(delivery)).status).toBe(202)
    await untilCount(inbox, 'done', 2)
    expect(seen.toSorted()).toEqual(['other', 'standard-webhooks'])
    expect(() => createQuietReceiver(inbox)).toThrow(/two receivers for provider "standard-webhooks"/)
  })
})

describe('reports', () => {
  it('are unaffected by a hook that fails later', async () => {
    const print = vi.spyOn(console, 'error').mockImplementation(() => {})
    const late = new Error('a hook that fails when nobody waits for it')
    const inbox = openInbox(makePath(), { onReport: () => Promise.reject(late) as unknown as void })
    const receiver = createQuietReceiver(inbox).on('order.paid', () => {})
    expect((await receiver.receive(sign())).status).toBe(202)
    await untilCount(inbox, 'done', 1)
    expect(print).toHaveBeenCalledWith(
      expect.stringMatching(/^sallyport: onReport failed: Error: a hook that fails when nobody waits for it\n/),
    )
    print.mockRestore()
  })

  it('go to hook and channel, without content', async () => {
    const hooked: InboxReport[] = []
    const published: InboxReport[] = []
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const listen = (report: unknown): void => void published.push(report as InboxReport)
    subscribe(inboxChannel, listen)
    try {
      const inbox = openInbox(makePath(), {
        onReport(report) {
          hooked.push(report)
          throw new Error('a hook that fails changes nothing')
        },
      })
      const receiver = createQuietReceiver(inbox).on('order.paid', (_event, { attempt }) => {
        if (attempt === 1) throw new Error('once')
      })
      receiver.on('order.sent', () => {
        throw new RejectError('never')
      })
      await receiver.receive(sign({ id: 'one' }))
      await receiver.receive(sign({ id: 'one' }))
      await untilCount(inbox, 'done', 1)
      await receiver.receive(sign({ id: 'two', body: { type: 'order.sent', data: {} } }))
      await untilCount(inbox, 'dead', 1)
    } finally {
      unsubscribe(inboxChannel, listen)
      vi.restoreAllMocks()
    }
    expect(published).toEqual(hooked)
    const steps = hooked.map(({ id, outcome, attempt }) => [id, outcome, attempt].filter(Boolean).join(' '))
    expect(steps.filter((step) => step.startsWith('one')).toSorted()).toEqual(
      ['one stored', 'one duplicate', 'one retried 1', 'one handled 2'].toSorted(),
    )
    expect(steps.filter((step) => step.startsWith('two'))).toEqual(['two stored', 'two dead 1'])
    expect(hooked[0]).toEqual({
      outcome: 'stored',
      key: expect.any(String),
      provider: 'standard-webhooks',
      type: 'order.paid',
      id: 'one',
    })
  })
})
