import { createConsole, type AuditEntry, type AuditList, type Check, type Job, type JobList } from '@sallyport/console'
import type { ConsoleInbox, EventDetail } from '@sallyport/console'
import { createReceiver } from 'sallyport'
import { openFeed } from 'sallyport/feed'
import type { StoredEvent } from 'sallyport/inbox'
import { invoratec } from 'sallyport/providers/invoratec'
import { signDelivery } from 'sallyport/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi, type MockInstance } from 'vitest'
import { openConsole, type OpenedConsole } from '../support/console/open-console.ts'
import { changeHeaders, post, send } from '../support/console/send.ts'

let opened: OpenedConsole
const stored: AuditEntry[] = []
beforeAll(async () => {
  opened = await openConsole({ options: { onAudit: (entry) => void stored.push(entry) } })
})
afterAll(() => opened?.close())

interface Reply<Data> {
  readonly status: number
  readonly data: Data
}

async function ask<Data>(path: string, data?: object): Promise<Reply<Data>> {
  const { status, text } = data === undefined ? await send(opened.url + path) : await post(opened.url + path, data)
  return { status, data: JSON.parse(text) as Data }
}

const findKey = async (id: string): Promise<string> => (await opened.inbox.list({ search: id })).events[0]!.key
const countOf = async (query: string): Promise<number> =>
  (await ask<{ count: number }>(`api/events/count?${query}`)).data.count

async function untilEnded(id: string): Promise<Job> {
  const find = async (): Promise<Job | undefined> =>
    (await ask<JobList>('api/jobs')).data.jobs.find((job) => job.id === id && job.state !== 'running')
  return vi.waitUntil(find, { timeout: 20_000, interval: 20 })
}

describe('one event', () => {
  it('is checked again', async () => {
    const key = await findKey('msg_invalid_1')
    const { data } = await ask<Check>('api/check', { key })
    expect(data).toEqual({ sender: 'redacted', data: { ok: false, issues: ['amount'] } })
  })

  it('that nothing authenticated is not called verified', async () => {
    const { inbox, receivers } = opened
    const open = createReceiver(invoratec({ unsigned: true }), { acceptUnauthenticated: true, inbox, log: false })
    const body = JSON.stringify({ event: 'alert.triggered', timestamp: new Date().toISOString(), data: {} })
    const { headers } = signDelivery(invoratec(), { secret: 'none', type: 'alert.triggered' })
    await open.onAny(() => {}).receive({ method: 'POST', url: '/', headers, body: Buffer.from(body), receivedAt: 1 })
    const feed = openFeed(receivers.orders, 'poller')
    await feed.deliver({
      body: { type: 'order.sent', timestamp: new Date().toISOString(), data: {} },
      id: 'msg_polled',
    })

    const handle = createConsole({ inbox, receivers: [open, receivers.orders], authorize: () => 'operate' })
    const read = async <Data>(path: string, init?: RequestInit): Promise<Data> =>
      (await (await handle(new Request(`http://localhost/api/${path}`, init))).json()) as Data
    for (const [filter, proof] of [
      [{ provider: 'invoratec' }, 'none'],
      [{ search: 'msg_polled' }, 'fetched'],
    ] as const) {
      const [{ key } = { key: '' }] = (await inbox.list(filter)).events
      expect(await read<EventDetail>(`event?key=${encodeURIComponent(key)}`)).toMatchObject({ proof })
      const made = { method: 'POST', headers: changeHeaders, body: JSON.stringify({ key }) }
      expect(await read<Check>('check', made)).toMatchObject({ sender: proof })
      await inbox.discard({ keys: [key], state: 'pending' })
    }
    const key = await findKey('msg_done_3')
    expect((await ask<EventDetail>(`api/event?key=${encodeURIComponent(key)}`)).data.proof).toBe('key')
  })

  it('is replayed, and waits again', async () => {
    const key = await findKey('msg_dead_0')
    expect(await ask('api/replay', { key })).toEqual({ status: 200, data: { count: 1 } })
    expect(await opened.inbox.get(key)).toMatchObject({ state: 'pending', attempts: 0 })
    expect(await ask('api/replay', { key })).toMatchObject({ status: 409, data: { code: 'CONSOLE_EVENT_BUSY' } })
  })

  it('is replayed where it is done', async () => {
    const key = await findKey('msg_done_1')
    expect(await ask('api/replay', { key })).toMatchObject({ status: 200 })
  })

  it('is discarded', async () => {
    const key = await findKey('msg_dead_1')
    expect(await ask('api/discard', { key })).toEqual({ status: 200, data: { count: 1 } })
    expect(await ask(`api/event?key=${encodeURIComponent(key)}`)).toMatchObject({
      status: 404,
      data: { code: 'CONSOLE_EVENT_MISSING' },
    })
  })
})

describe('a change of many events', () => {
  it('begins only with the count that was shown', async () => {
    const query = { state: 'dead', failure: 'UpstreamError: no customer … in crm' }
    const before = await opened.inbox.stats()
    const { status, data } = await ask<{ code: string; count: number }>('api/jobs', {
      action: 'replay',
      query,
      expected: 1_000,
    })
    expect({ status, code: data.code }).toEqual({ status: 409, code: 'CONSOLE_COUNT_CHANGED' })
    expect(data.count).toBe(await countOf(new URLSearchParams(query).toString()))
    expect((await opened.inbox.stats()).counts).toEqual(before.counts)
    expect((await ask<JobList>('api/jobs')).data.jobs).toEqual([])
  })

  it('replays all that match, and says how many', async () => {
    const expected = await countOf('state=dead&type=order.paid')
    expect(expected).toBe(3)
    const query = { state: 'dead', type: 'order.paid' }
    const { data } = await ask<Job>('api/jobs', { action: 'replay', query, expected })
    expect(data).toMatchObject({ action: 'replay', state: expect.any(String), expected: 3, who: 'ada@example.com' })
    expect(await untilEnded(data.id)).toMatchObject({ state: 'done', changed: 3 })
    expect(await countOf('state=dead&type=order.paid')).toBe(0)
  })

  it('takes chosen events, whatever their states', async () => {
    const keys = await Promise.all(['msg_dead_2', 'msg_done_2', 'msg_waiting_0'].map(findKey))
    const { data } = await ask<Job>('api/jobs', { action: 'discard', keys, expected: 3 })
    expect(await untilEnded(data.id)).toMatchObject({ state: 'done', changed: 3 })
    expect(await opened.inbox.count({ keys })).toEqual({ count: 0, isExact: true })
  })

  it('replays a chosen event once, though it is done before the job is', async () => {
    const keys = await Promise.all(['msg_dead_3', 'msg_done_5'].map(findKey))
    const states = new Map(keys.map((key, at) => [key, at === 0 ? 'dead' : 'done']))
    let replayed = 0
    const inbox: ConsoleInbox = {
      ...opened.inbox,
      list: async () => ({
        events: [...states].map(([key, state]) => ({ key, state }) as StoredEvent),
      }),
      replay: async ({ keys: chosen = [], state }) => {
        const found = chosen.filter((key) => states.get(key) === state)
        for (const key of found) states.set(key, 'done')
        replayed += found.length
        return found.length
      },
    }
    const handle = createConsole({ inbox, authorize: () => 'operate' })
    const body = JSON.stringify({ action: 'replay', keys, expected: 2 })
    await handle(new Request('http://localhost/api/jobs', { method: 'POST', headers: changeHeaders, body }))
    await vi.waitUntil(() => replayed >= 2, 20_000)
    const { jobs } = (await (await handle(new Request('http://localhost/api/jobs'))).json()) as JobList
    expect(jobs).toMatchObject([{ state: 'done', changed: 2 }])
    expect(replayed).toBe(2)
  })

  it.each([
    [{}],
    [{ action: 'delete', query: { state: 'dead' }, expected: 1 }],
    [{ action: 'replay', query: {}, expected: 1 }],
    [{ action: 'replay', expected: 1 }],
    [{ action: 'replay', query: { state: 'active' }, expected: 0 }],
    [{ action: 'replay', query: { state: 'dead', typ: 'order.paid' }, expected: 0 }],
    [{ action: 'replay', query: { state: 'dead', type: 7 }, expected: 0 }],
    [{ action: 'replay', query: 'dead', expected: 0 }],
    [{ action: 'replay', query: { state: { toString: 1 } }, expected: 0 }],
    [{ action: 'replay', query: { state: 'dead' } }],
    [{ action: 'discard', query: { state: 'dead' }, expected: '1' }],
    [{ action: 'discard', keys: [], expected: 0 }],
    [{ action: 'discard', keys: ['a', 'a'], expected: 2 }],
    [{ action: 'discard', keys: Array.from({ length: 1_001 }, String), expected: 1_001 }],
    [{ action: 'discard', keys: ['a', 1], expected: 2 }],
  ])('is refused as %j', async (data) => {
    expect(await ask('api/jobs', data)).toMatchObject({ status: 400, data: { code: 'CONSOLE_REQUEST_INVALID' } })
  })

  it('is written down with times that people read', async () => {
    const query = { state: 'dead', since: '1h', until: String(Date.UTC(2026, 0, 2, 3)) }
    const { data } = await ask<Job>('api/jobs', { action: 'replay', query, expected: 0 })
    await untilEnded(data.id)
    const { entries } = (await ask<AuditList>('api/audit')).data
    expect(entries[0]!.what).toBe('state dead, since 1h, until 2026-01-02T03:00:00.000Z')
  })

  it('needs the permission for its action', async () => {
    opened.access = ['replay']
    const key = await findKey('msg_done_3')
    expect((await ask('api/jobs', { action: 'discard', keys: [key], expected: 1 })).status).toBe(403)
    const { status, data } = await ask<Job>('api/jobs', { action: 'replay', keys: [key], expected: 1 })
    expect(status).toBe(200)
    await untilEnded(data.id)
    opened.access = 'operate'
  })
})

describe('the audit list', () => {
  it('has who did what, when and how many, and what was refused', async () => {
    opened.access = 'view'
    const key = await findKey('msg_done_4')
    expect((await ask('api/replay', { key })).status).toBe(403)
    expect((await send(`${opened.url}api/event/body?key=${encodeURIComponent(key)}`)).status).toBe(200)
    opened.access = 'operate'
    const { entries } = (await ask<AuditList>('api/audit')).data
    const find = (wanted: Partial<AuditEntry>) =>
      entries.filter((entry) =>
        Object.entries(wanted).every(([name, value]) => entry[name as keyof AuditEntry] === value),
      )
    expect(find({ action: 'replay', what: 'standard-webhooks/msg_dead_0', outcome: 'done' })).toMatchObject([
      { count: 1, who: 'ada@example.com', remoteAddress: '127.0.0.1', at: expect.any(Number) },
    ])
    expect(
      find({ action: 'replay', what: 'state dead, type order.paid' }).map(({ outcome, count }) => [outcome, count]),
    ).toEqual([
      ['done', 3],
      ['started', 3],
    ])
    expect(
      find({ action: 'discard', what: `1 chosen event: ${await findKey('msg_done_3')}`, outcome: 'refused' }),
    ).toHaveLength(1)
    const chosen = entries.filter(({ what }) => what.startsWith('3 chosen events: '))
    expect(chosen.map(({ outcome }) => outcome)).toEqual(['done', 'started'])
    for (const id of ['msg_dead_2', 'msg_done_2', 'msg_waiting_0']) expect(chosen[0]!.what).toContain(id)
    expect(find({ action: 'replay', outcome: 'refused' })).toHaveLength(1)
    expect(find({ action: 'body', what: 'standard-webhooks/msg_done_4', outcome: 'done' })).toHaveLength(1)
    expect(stored.toReversed()).toEqual(entries)
  })
})

it('cuts an address that a visitor made up, and shows its characters', async () => {
  const handle = createConsole({ inbox: opened.inbox, authorize: () => 'view' })
  const made = { method: 'POST', headers: changeHeaders, body: '{"key":"a"}' }
  await handle(new Request('http://localhost/api/replay', made), { remoteAddress: `\u202e${'1'.repeat(10_000)}` })
  const { entries } = (await (await handle(new Request('http://localhost/api/audit'))).json()) as AuditList
  expect(entries[0]!.remoteAddress!.length).toBeLessThan(200)
  expect(entries[0]!.remoteAddress).not.toContain('\u202e')
})

describe('a store', () => {
  let printed: MockInstance
  beforeEach(() => {
    printed = vi.spyOn(console, 'error').mockImplementation(() => {})
  })
  afterEach(() => printed.mockRestore())

  const inbox = (members: Partial<ConsoleInbox>): ConsoleInbox => ({ ...opened.inbox, ...members })
  const read = async (given: ConsoleInbox, path: string, storeTimeoutMs = 50) => {
    const handle = createConsole({ inbox: given, authorize: () => 'operate', storeTimeoutMs })
    const answer = await handle(new Request(`http://localhost/${path}`))
    return { status: answer.status, data: (await answer.json()) as object }
  }

  it('that does not answer ends in a 503 that says what to do', async () => {
    const hanging = inbox({ list: () => new Promise(() => {}), stats: () => new Promise(() => {}) })
    for (const path of ['api/events', 'api/overview'])
      expect(await read(hanging, path)).toMatchObject({
        status: 503,
        data: { code: 'CONSOLE_STORE_SLOW', detail: expect.stringContaining('Try again') },
      })
  })

  it('that hangs collects no more than 32 reads', async () => {
    let calls = 0
    const hanging = inbox({
      list: () => {
        calls++
        return new Promise(() => {})
      },
    })
    const handle = createConsole({ inbox: hanging, authorize: () => 'operate', storeTimeoutMs: 100 })
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => handle(new Request('http://localhost/api/events'))),
    )
    expect(calls).toBe(32)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(18)
  })

  it('that throws at once does not count as one that hangs', async () => {
    const throwing = inbox({
      get: () => {
        throw new Error('closed')
      },
    })
    const handle = createConsole({ inbox: throwing, authorize: () => 'operate' })
    const statuses = new Set<number>()
    for (let n = 0; n < 40; n++) statuses.add((await handle(new Request('http://localhost/api/event?key=a'))).status)
    expect([...statuses]).toEqual([503])
  })

  it('is searched by one visitor at a time, and listed by all', async () => {
    const running = { scans: 0, most: 0, lists: 0 }
    const given = inbox({
      promises: { ...opened.inbox.promises!, indexed: ['state'] },
      list: async ({ search } = {}) => {
        if (search === undefined) running.lists++
        else running.most = Math.max(running.most, ++running.scans)
        await vi.waitUntil(() => running.lists >= 3, 20_000)
        if (search !== undefined) running.scans--
        return { events: [] }
      },
    })
    const handle = createConsole({ inbox: given, authorize: () => 'view' })
    const paths = ['q=a', 'q=b', 'q=c', 'state=dead', 'state=done', '']
    const answers = await Promise.all(paths.map((query) => handle(new Request(`http://localhost/api/events?${query}`))))
    expect(answers.map(({ status }) => status)).toEqual(paths.map(() => 200))
    expect(running).toMatchObject({ most: 1, lists: 3 })
  })

  it('that hangs does not run searches that nobody waits for', async () => {
    let calls = 0
    const given = inbox({
      promises: { ...opened.inbox.promises!, indexed: [] },
      list: async () => {
        calls++
        await new Promise((resolve) => setTimeout(resolve, 100))
        return { events: [] }
      },
    })
    const handle = createConsole({ inbox: given, authorize: () => 'view', storeTimeoutMs: 50 })
    const search = () => handle(new Request('http://localhost/api/events?q=a'))
    const answers = await Promise.all([search(), search(), search()])
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 503])
    await vi.waitUntil(async () => (await search()).status === 503 && calls >= 2, 20_000)
    expect(calls).toBe(2)
  })

  it('that fails shows nothing of its message', async () => {
    const failing = inbox({ list: () => Promise.reject(new Error('postgres://admin:hunter2@db failed')) })
    const { status, data } = await read(failing, 'api/events', 5_000)
    expect({ status, ...data }).toMatchObject({ status: 503, code: 'CONSOLE_STORE_FAILED' })
    expect(JSON.stringify(data)).not.toContain('hunter2')
    expect(printed).toHaveBeenCalledTimes(1)
  })

  it('that changes slowly shows progress, and stops when it is told', async () => {
    let isStopped = false
    const slow = inbox({
      count: async () => ({ count: 5, isExact: true }),
      replay: (_filter, options) =>
        new Promise((resolve) => {
          options?.onProgress?.(2)
          options?.signal?.addEventListener('abort', () => {
            isStopped = true
            resolve(3)
          })
        }),
    })
    const handle = createConsole({ inbox: slow, authorize: () => 'operate' })
    const call = async <Data>(path: string, body?: object): Promise<Reply<Data>> => {
      const made = body && { method: 'POST', headers: changeHeaders, body: JSON.stringify(body) }
      const answer = await handle(new Request(`http://localhost/${path}`, made))
      return { status: answer.status, data: (await answer.json()) as Data }
    }
    const start = () => call<Job>('api/jobs', { action: 'replay', query: { state: 'dead' }, expected: 5 })
    const { data: job } = await start()
    expect((await call<JobList>('api/jobs')).data.jobs).toMatchObject([{ id: job.id, state: 'running', changed: 2 }])
    for (let n = 0; n < 3; n++) expect((await start()).status).toBe(200)
    expect(await start()).toMatchObject({ status: 429, data: { code: 'CONSOLE_BUSY' } })
    expect(await call('api/jobs/stop', { id: job.id })).toMatchObject({ status: 200 })
    expect(isStopped).toBe(true)
    const { jobs } = (await call<JobList>('api/jobs')).data
    expect(jobs.find(({ id }) => id === job.id)).toMatchObject({ state: 'stopped', changed: 3 })
    expect(await call('api/jobs/stop', { id: 'none' })).toMatchObject({ status: 400 })
  })
})
