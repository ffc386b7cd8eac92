import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createReceiver, RejectError, SallyportError, type InboxEvent } from 'sallyport'
import { createInbox, createSqliteEngine, createWorker, InboxError, type Engine } from 'sallyport/inbox'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { createQuietReceiver, provider, secret, sign, untilCount, useInboxes } from '../support/inbox/receivers.ts'

const { openInbox, makePath } = useInboxes()
afterEach(() => vi.restoreAllMocks())

describe('a store that cannot be opened', () => {
  it('answers 503 with Retry-After, and is retried', async () => {
    const path = join(dirname(makePath()), 'missing', 'events.db')
    const told: unknown[] = []
    const inbox = openInbox(path, { onError: (error) => told.push(error) })
    const errors: unknown[] = []
    const handled: string[] = []
    const receiver = createReceiver(provider, { secret, inbox })
      .onAny(({ id }) => void handled.push(id))
      .onError((error) => errors.push(error))
    const reply = await receiver.receive(sign({ id: 'early' }))
    expect(reply).toMatchObject({ status: 503, code: 'INBOX_FAILED', headers: { 'retry-after': '5' } })
    expect(reply.body).not.toMatch(/SQLite|missing/)
    expect(errors).toMatchObject([{ code: 'INBOX_FAILED', cause: { code: 'INBOX_UNAVAILABLE' } }])
    await expect(receiver.ready()).rejects.toMatchObject({ code: 'INBOX_UNAVAILABLE' })
    expect(told).toMatchObject([{ code: 'INBOX_UNAVAILABLE' }])

    mkdirSync(dirname(path))
    await vi.waitUntil(async () => (await receiver.receive(sign({ id: 'early' }))).status === 202, {
      timeout: 20_000,
      interval: 50,
    })
    await untilCount(inbox, 'done', 1)
    expect(handled).toEqual(['early'])
  })

  it('is consumed as soon as it opens', async () => {
    const path = makePath()
    const before = openInbox(path, { work: 'elsewhere' })
    await createQuietReceiver(before).receive(sign({ id: 'waiting' }))
    await before.stop()
    let isBroken = true
    const engine = createSqliteEngine({ path })
    const flaky: Engine = {
      ...engine,
      start: () => (isBroken ? Promise.reject(new InboxError('INBOX_UNAVAILABLE')) : engine.start()),
    }
    const handled: string[] = []
    const inbox = createInbox({ engine: flaky, onError: () => {} })
    createQuietReceiver(inbox).onAny(({ id }) => void handled.push(id))
    await expect(inbox.ready()).rejects.toThrow()
    isBroken = false
    await vi.waitUntil(() => handled.length > 0, 20_000)
    expect(handled).toEqual(['waiting'])
    await inbox.stop()
  })

  it('is printed once without an onError hook', async () => {
    const print = vi.spyOn(console, 'error').mockImplementation(() => {})
    const inbox = openInbox(join(dirname(makePath()), 'missing', 'events.db'))
    await inbox.ready().catch(() => {})
    await new Promise((resolve) => setTimeout(resolve, 1_300))
    expect(print.mock.calls).toEqual([
      [expect.stringMatching(/^sallyport: the inbox SQLite, .*unable to open database file; trying again$/)],
    ])
  })
})

describe('a receiver with an inbox', () => {
  it('answers 503 in time if the store does not answer', async () => {
    const engine = createSqliteEngine({ path: makePath() })
    const inbox = createInbox({ engine: { ...engine, insert: () => new Promise(() => {}) }, storeTimeoutMs: 50 })
    const errors: unknown[] = []
    const receiver = createReceiver(provider, { secret, inbox }).onError((error) => errors.push(error))
    expect(await receiver.receive(sign())).toMatchObject({
      status: 503,
      code: 'INBOX_FAILED',
      headers: { 'retry-after': '5' },
    })
    expect(errors).toMatchObject([{ cause: { code: 'INBOX_TIMEOUT' } }])
    await inbox.stop()
  })

  it('answers 503 with a stopped inbox', async () => {
    const inbox = openInbox(makePath())
    const receiver = createQuietReceiver(inbox)
    await receiver.ready()
    await Promise.all([inbox.stop(), inbox.stop()])
    expect(await receiver.receive(sign())).toMatchObject({ status: 503, code: 'INBOX_FAILED' })
    await expect(inbox.list()).rejects.toMatchObject({ code: 'INBOX_STOPPED' })
  })

  it('reports an empty order key as an error', async () => {
    const inbox = openInbox(makePath(), { order: 'serial', orderBy: () => '' })
    const errors: unknown[] = []
    const receiver = createReceiver(provider, { secret, inbox }).onError((error) => errors.push(error))
    expect((await receiver.receive(sign())).status).toBe(503)
    expect(errors).toMatchObject([{ cause: { code: 'INBOX_OPTION_INVALID' } }])
  })
})

describe('an inbox given as a path', () => {
  it('is shared by its receivers, and stopped through any', async () => {
    const path = makePath()
    const other = standardWebhooks({ name: 'other', events: { 'order.paid': z.looseObject({}) } })
    const handled: string[] = []
    const first = createQuietReceiver(path).onAny((event) => void handled.push(event.provider))
    const second = createReceiver(other, { secret, inbox: path }).onAny((event) => void handled.push(event.provider))
    expect(first.inbox).toBe(second.inbox)
    expect(first.describe().inbox).toBe(`SQLite, ${path}`)
    expect(() => createQuietReceiver(path)).toThrow(/two receivers for provider "standard-webhooks"/)
    expect([(await first.receive(sign())).status, (await second.receive(sign())).status]).toEqual([202, 202])
    await vi.waitUntil(() => handled.length === 2, 20_000)
    await first.inbox!.stop()

    // It can be opened again, and has every event.
    const delivery = sign()
    const again = createQuietReceiver(path).on('order.paid', () => {
      throw new RejectError('no')
    })
    expect((await again.receive(delivery)).status).toBe(202)
    expect((await again.receive(delivery)).status).toBe(200)
    await again.inbox!.stop()
    const looking = openInbox(path, { work: 'elsewhere' })
    expect((await looking.list()).events).toHaveLength(3)
  })

  it('is a full Inbox that a worker can use', async () => {
    const path = makePath()
    const inbox = createQuietReceiver(path).on('order.paid', () => {
      throw new RejectError('no')
    }).inbox!
    const worker = createWorker({ inbox })
    await worker.ready()
    const event = { ...toEvent(), key: 'dead' }
    expect(await inbox.store(event)).toBe('stored')
    await untilCount(inbox, 'dead', 1)
    expect((await inbox.list({ state: 'dead' })).events).toMatchObject([{ key: 'dead', attempts: 1 }])
    const { state, body } = (await inbox.get('dead'))!
    expect([state, Buffer.from(body)]).toEqual(['dead', event.body])
    expect(await inbox.replay({ type: 'order.paid' })).toBe(1)
    await untilCount(inbox, 'dead', 1)
    expect(await inbox.discard('dead')).toBe(1)
    expect(await inbox.discard('dead')).toBe(0)
    await worker.stop()
    await inbox.stopped
  })

  it.each(['replay', 'discard'] as const)('%s rejects a missing selection', async (change) => {
    const inbox = openInbox(makePath())
    await expect(inbox[change](undefined as never)).rejects.toMatchObject({ code: 'INBOX_OPTION_INVALID' })
  })
})

function toEvent(): InboxEvent {
  const { headers, body, url } = sign()
  return {
    key: 'key',
    provider: 'standard-webhooks',
    type: 'order.paid',
    id: 'id',
    keyId: 'secret-1',
    receivedAt: Date.now(),
    method: 'POST',
    url,
    headers: [...headers],
    signedHeaders: { 'webhook-id': 'id' },
    secretHeaders: [],
    body: Buffer.from(body),
  }
}

describe('createInbox', () => {
  it.each([
    [{ retry: { attempts: 0 } }, 'createInbox, retry: attempts must be an integer from 1, not 0'],
    [{ retry: { delayMs: 10, maxDelayMs: 5 } }, 'createInbox, retry: maxDelayMs must be at least delayMs (10), not 5'],
    [{ concurrency: 1.5 }, 'createInbox: concurrency must be an integer from 1, not 1.5'],
    [
      { redact: 'ticket' as never },
      "createInbox: redact must be a list of names of headers and URL parameters, not 'ticket' (a string)",
    ],
    [{ redact: ['ticket'], keepSecretHeaders: true }, 'redact has no effect with keepSecretHeaders'],
    [{ storeTimeoutMs: -1 }, 'createInbox: storeTimeoutMs must be a number above 0 and at most 2147483647, not -1'],
  ])('names the wrong value of %o', (options, detail) => {
    const engine = createSqliteEngine({ path: 'never-opened.db' })
    expect(() => createInbox({ engine, ...options })).toThrow(expect.objectContaining({ detail }))
    expect(() => createInbox({ engine, ...options })).toThrow(
      expect.toSatisfy((error) => SallyportError.is(error) && error.fix !== ''),
    )
  })

  it.each([
    { options: { concurrency: 0 }, code: 'INBOX_OPTION_INVALID' },
    { options: { storeTimeoutMs: 0 }, code: 'INBOX_OPTION_INVALID' },
    { options: { storeTimeoutMs: Infinity }, code: 'INBOX_OPTION_INVALID' },
    { options: { order: 'serial' }, code: 'INBOX_OPTION_INVALID' },
    { options: { orderBy: () => 'a' }, code: 'INBOX_OPTION_INVALID' },
    { options: { work: 'nowhere' }, code: 'INBOX_OPTION_INVALID' },
    { options: { retry: { attempts: 0 } }, code: 'INBOX_OPTION_INVALID' },
    { options: { retry: { jitter: 2 } }, code: 'INBOX_OPTION_INVALID' },
    { options: { order: 'other', orderBy: () => 'a' }, code: 'INBOX_OPTION_INVALID' },
  ])('rejects $options', ({ options, code }) => {
    const engine = createSqliteEngine({ path: 'never-opened.db' })
    expect(() => createInbox({ engine, ...(options as object) })).toThrow(expect.objectContaining({ code }))
  })
})

describe('createSqliteEngine', () => {
  it.each([{ maxBytes: 0 }, { retentionMs: -1 }, { deadRetentionMs: Number.NaN }, { busyTimeoutMs: 0 }])(
    'rejects the options %o',
    (options) => {
      expect(() => createSqliteEngine({ path: 'never-opened.db', ...options })).toThrow(
        expect.objectContaining({ code: 'INBOX_OPTION_INVALID' }),
      )
    },
  )
})
