import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createReceiver, RejectError, type Receiver, type SecretResolver } from 'sallyport'
import { openFeed } from 'sallyport/feed'
import { createInbox } from 'sallyport/inbox'
import { invoratec } from 'sallyport/providers/invoratec'
import { sonzai, type SonzaiEvents } from 'sallyport/providers/sonzai'
import { signDelivery } from 'sallyport/testing'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const secret = 'whsec_test'
const wakeup = { event_type: 'on_wakeup_ready', wakeup: { wakeup_id: 'wk_1' }, generated_message: 'Hi' }
let seen: { id: string; keyId: string; message: unknown }[]
let receiver: Receiver<SonzaiEvents>

function listen(made: Receiver<SonzaiEvents>): Receiver<SonzaiEvents> {
  return made
    .on('on_wakeup_ready', ({ id, keyId, data }) => void seen.push({ id, keyId, message: data.generated_message }))
    .onError(() => {})
}

beforeEach(() => {
  seen = []
  receiver = listen(createReceiver(sonzai(), { secret }))
})

describe('feed.deliver', () => {
  it('calls the same typed handlers, with the name of the feed', async () => {
    const feed = openFeed(receiver, 'notifications')
    expect(await feed.deliver({ body: wakeup, id: 'n1' })).toMatchObject({ status: 200, outcome: 'handled' })
    expect(seen).toEqual([{ id: 'n1', keyId: 'feed:notifications', message: 'Hi' }])
    expect(receiver.describe().feeds).toEqual(['notifications'])
    expect(receiver.counts().outcomes).toEqual({ handled: 1 })
  })

  it('handles an id once, and equal content without id once', async () => {
    const feed = openFeed(receiver, 'notifications')
    const outcomes = []
    for (const event of [
      { body: wakeup, id: 'n1' },
      { body: { ...wakeup, status: 'seen' }, id: 'n1' },
      { body: wakeup, id: 'n2' },
      { body: wakeup },
      { body: wakeup },
    ]) {
      outcomes.push((await feed.deliver(event)).outcome)
    }
    expect(outcomes).toEqual(['handled', 'duplicate', 'handled', 'handled', 'duplicate'])
  })

  it('dedupes a fetched and a pushed message by messageIds', async () => {
    receiver = listen(createReceiver(sonzai({ messageIds: true }), { secret }))
    const feed = openFeed(receiver, 'notifications')
    const push = (body: object): ReturnType<typeof receiver.receive> =>
      receiver.receive(signDelivery(sonzai(), { secret, body }))
    const second = { ...wakeup, wakeup: { wakeup_id: 'wk_2' } }
    const outcomes = [
      (await push(wakeup)).outcome,
      (await feed.deliver({ body: { ...wakeup, message_id: 'n1' }, id: 'n1' })).outcome,
      (await feed.deliver({ body: { ...second, message_id: 'n2' }, id: 'n2' })).outcome,
      (await push(second)).outcome,
      (await push({ ...second, event_type: 'agent.wakeup' })).outcome,
    ]
    expect(outcomes).toEqual(['handled', 'duplicate', 'handled', 'duplicate', 'ignored'])
    expect(seen.map(({ id }) => id)).toEqual(['on_wakeup_ready:wakeup:wk_1', 'on_wakeup_ready:wakeup:wk_2'])
  })

  it('handles a message fetched and pushed at once only once', async () => {
    receiver = listen(createReceiver(sonzai({ messageIds: true }), { secret }))
    const feed = openFeed(receiver, 'notifications')
    await Promise.all([
      receiver.receive(signDelivery(sonzai(), { secret, body: wakeup })),
      feed.deliver({ body: wakeup, id: 'n1' }),
      receiver.receive(signDelivery(sonzai(), { secret, body: wakeup, now: Date.now() - 5000 })),
    ])
    expect(seen).toHaveLength(1)
  })

  it('stores the event in the inbox, which drops duplicates', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-source-'))
    const inbox = createInbox(join(folder, 'events.db'))
    const handled = Promise.withResolvers<void>()
    receiver = createReceiver(sonzai({ messageIds: true }), { secret, inbox })
    receiver.onAny(({ id, keyId }, { delivery }) => {
      seen.push({ id, keyId, message: delivery.url })
      handled.resolve()
    })
    const feed = openFeed(receiver, 'notifications')
    expect(await feed.deliver({ body: wakeup })).toMatchObject({ status: 202, outcome: 'accepted' })
    expect((await receiver.receive(signDelivery(sonzai(), { secret, body: wakeup }))).outcome).toBe('duplicate')
    await handled.promise
    const keyId = 'feed:notifications'
    expect(seen).toEqual([{ id: 'on_wakeup_ready:wakeup:wk_1', keyId, message: 'feed:notifications' }])
    await inbox.stop()
    rmSync(folder, { recursive: true })
  })

  const circle: Record<string, unknown> = { event_type: 'on_wakeup_ready' }
  circle['self'] = circle
  it.each([
    ['not an object', [], 'BODY_NOT_OBJECT'],
    ['a circle', circle, 'BODY_NOT_JSON'],
    ['nested too deep', JSON.parse(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`), 'BODY_NOT_JSON'],
    ['nothing', undefined, 'BODY_NOT_JSON'],
    ['without a type', {}, 'EVENT_UNIDENTIFIED'],
    ['of another form', { event_type: 'on_wakeup_ready', generated_message: 7 }, 'PAYLOAD_INVALID'],
    ['too large', { event_type: 'on_wakeup_ready', text: 'x'.repeat(2_000_000) }, 'BODY_TOO_LARGE'],
  ])('refuses an event that is %s', async (_name, body, code) => {
    expect((await openFeed(receiver, 'notifications').deliver({ body })).code).toBe(code)
    expect(seen).toEqual([])
  })

  it('answers with the code of a handler that fails', async () => {
    let error: Error = new RejectError('no')
    receiver.on('agent.message', () => {
      throw error
    })
    const feed = openFeed(receiver, 'notifications')
    const event = { body: { event_type: 'agent.message' }, id: 'n' }
    expect(await feed.deliver(event)).toMatchObject({ status: 422, code: 'DELIVERY_REJECTED' })
    error = new Error('not now')
    expect(await feed.deliver(event)).toMatchObject({ status: 500, code: 'HANDLER_FAILED' })
  })

  it('uses the dedupeKey of the receiver', async () => {
    receiver = listen(createReceiver(sonzai(), { secret, dedupeKey: ({ type }) => type }))
    const feed = openFeed(receiver, 'notifications')
    expect((await feed.deliver({ body: wakeup, id: 'a' })).outcome).toBe('handled')
    expect((await feed.deliver({ body: wakeup, id: 'b' })).outcome).toBe('duplicate')
  })

  it('keeps the keys of tenants apart', async () => {
    const tenants: SecretResolver = () => ({ tenant: 'acme', secrets: secret })
    receiver = listen(createReceiver(sonzai({ messageIds: true }), { secret: tenants }))
    expect((await receiver.receive(signDelivery(sonzai(), { secret, body: wakeup }))).outcome).toBe('handled')
    expect((await openFeed(receiver, 'a', { tenant: 'acme' }).deliver({ body: wakeup })).outcome).toBe('duplicate')
    expect((await openFeed(receiver, 'b', { tenant: 'other' }).deliver({ body: wakeup })).outcome).toBe('handled')
  })
})

describe('ids in signed bodies', () => {
  const first = signDelivery(sonzai(), { secret, body: wakeup, now: Date.now() - 5000 })
  const later = signDelivery(sonzai(), { secret, body: wakeup })

  it.each([
    ['fixed secrets', secret, true],
    ['a resolver', () => secret, false],
    ['a resolver of one sender', Object.assign(() => secret, { isOneSender: true }), true],
    ['a resolver that names tenants', () => ({ tenant: 'acme', secrets: secret }), true],
  ])('name events depending on secrets, with %s: %#', async (_name, source, areTrusted) => {
    const made = listen(createReceiver(sonzai({ messageIds: true }), { secret: source }))
    expect((await made.receive(first)).outcome).toBe('handled')
    expect((await made.receive(later)).outcome).toBe(areTrusted ? 'duplicate' : 'handled')
  })

  it('are ignored without messageIds', async () => {
    await receiver.receive(first)
    await receiver.receive(later)
    expect(seen.map(({ id }) => id.slice(0, 7))).toEqual(['sha256:', 'sha256:'])
  })

  it.each([
    [{ event_type: 'agent.message', message_id: 'm1' }, 'agent.message:message:m1'],
    [{ event_type: 'agent.message.created', message: { id: 'm1' } }, 'agent.message.created:message:m1'],
    [{ event_type: 'agent.wakeup', wakeup: { wakeup_id: 'w' }, message_id: 'm1' }, 'agent.wakeup:wakeup:w'],
    [{ event_type: 'agent.wakeup', wakeup_id: 'w' }, 'agent.wakeup:wakeup:w'],
    [{ event_type: 'agent.wakeup', wakeup: null, message_id: 'm1' }, 'agent.wakeup:message:m1'],
    [{ event_type: 'on_mood_updated', message_id: 'm1' }, undefined],
    [{ event_type: 'agent.message', message_id: 7 }, 'agent.message:message:7'],
    [{ event_type: 'agent.message', message_id: '' }, undefined],
    [{ event_type: 'agent.message', message: 'm1' }, undefined],
  ])('of %j is %s', (body, id) => {
    const { identify } = sonzai({ messageIds: true })
    const identity = identify({
      body,
      unsignedBody: body,
      signedHeader: () => undefined,
      unsignedHeaders: undefined as never,
    })
    expect(identity).toMatchObject({ type: body.event_type })
    expect((identity as { id?: string }).id).toBe(id)
  })
})

describe('openFeed', () => {
  it('knows which types have a handler', () => {
    const feed = openFeed(receiver, 'notifications')
    expect([feed.handles('on_wakeup_ready'), feed.handles('agent.message'), feed.handles('?')]).toEqual([
      true,
      false,
      false,
    ])
    receiver.onUnknown(() => {})
    expect(feed.handles('?')).toBe(true)
    receiver.onAny(() => {})
    expect(feed.handles('agent.message')).toBe(true)
    expect(openFeed(createReceiver(invoratec(), { secret }), 'x').handles('tool.executed')).toBe(false)
  })

  it('gives requests over HTTP no access', async () => {
    openFeed(receiver, 'notifications')
    const body = Buffer.from(JSON.stringify(wakeup))
    const headers = { 'content-type': 'application/json' }
    const voucher = { feed: 'notifications', id: 'n1', vouched: { id: 'n1' } }
    for (const method of ['POST', 'PULL']) {
      const forged = { method, url: 'feed:notifications', headers, body, ...voucher }
      const receive = receiver.receive as (...parameters: unknown[]) => ReturnType<typeof receiver.receive>
      expect((await receive(forged, voucher, () => voucher)).outcome).toBe('refused')
    }
    expect(Object.keys(receiver).filter((name) => /accept|deliver|vouch|feed|source/.test(name))).toEqual([])
    expect(seen).toEqual([])
  })

  it('is unknown to every adapter', () => {
    const folder = join(import.meta.dirname, '..', 'packages', 'sallyport', 'src', 'http')
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
    expect(files).toEqual(expect.arrayContaining(['express.ts', 'koa.ts', 'fastify.ts', 'node.ts', 'fetch.ts']))
    for (const file of files) expect(readFileSync(join(folder, file), 'utf8')).not.toMatch(/entrance|openFeed|vouch/)
  })

  it.each(['', 'a b', 'x'.repeat(65)])('rejects the name %j', (name) => {
    expect(() => openFeed(receiver, name)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }))
  })

  it('rejects a copy of a receiver', () => {
    expect(() => openFeed({ ...receiver }, 'x')).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }))
  })
})

afterEach(() => receiver.settled())
