import type {
  Count,
  EventDetail,
  EventList,
  FailureList,
  Job,
  JobList,
  Names,
  Overview,
  Session,
} from '@sallyport/console'
import { createSqliteEngine, type Engine } from 'sallyport/inbox'
import { createBullMqEngine } from 'sallyport/inbox/bullmq'
import { createPgBossEngine } from 'sallyport/inbox/pg-boss'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openConsole, type OpenedConsole } from '../support/console/open-console.ts'
import { post, send } from '../support/console/send.ts'
import { administer, databaseUrl, hasDatabase, ownName } from '../support/inbox/pg-boss-database.ts'
import { openProxy, type Proxy } from '../support/inbox/pg-boss-proxy.ts'
import { hasRedisServer, startRedisServer } from '../support/inbox/redis-server.ts'

interface Reply<Data> {
  readonly status: number
  readonly data: Data
}

interface Store {
  createEngine(): Engine
  /** A connection that can be cut. */
  readonly proxy?: Proxy
  remove(): Promise<unknown>
}

const stores: Readonly<Record<string, { readonly isThere: boolean; open(): Promise<Store> }>> = {
  SQLite: {
    isThere: true,
    open: async () => {
      const folder = mkdtempSync(join(tmpdir(), 'sallyport-console-'))
      return {
        createEngine: () => createSqliteEngine({ path: join(folder, 'events.db') }),
        remove: async () => rmSync(folder, { recursive: true }),
      }
    },
  },
  PostgreSQL: {
    isThere: await hasDatabase(),
    open: async () => {
      const proxy = await openProxy(databaseUrl)
      const [schema, queue] = [ownName('console'), ownName('queue')]
      return {
        createEngine: () => createPgBossEngine({ connectionString: proxy.url, schema, queue, pollMs: 50 }),
        proxy,
        async remove() {
          await proxy.cut()
          await administer(`DROP SCHEMA IF EXISTS ${schema} CASCADE`)
        },
      }
    },
  },
  Redis: {
    isThere: hasRedisServer('the console over Redis'),
    open: async () => {
      const server = await startRedisServer()
      const proxy = await openProxy(server.url)
      return {
        createEngine: () => createBullMqEngine({ connection: proxy.url }),
        proxy,
        async remove() {
          await proxy.cut()
          await server.remove()
        },
      }
    },
  },
}

describe.each(Object.entries(stores).filter(([, { isThere }]) => isThere))('a console over %s', (_name, { open }) => {
  let store: Store
  let opened: OpenedConsole
  beforeAll(async () => {
    store = await open()
    opened = await openConsole({ createEngine: () => store.createEngine(), options: { storeTimeoutMs: 5_000 } })
  }, 60_000)
  afterAll(async () => {
    await opened?.close()
    await store?.remove()
  })

  const ask = async <Data>(path: string, data?: object): Promise<Reply<Data>> => {
    const { status, text } = data === undefined ? await send(opened.url + path) : await post(opened.url + path, data)
    return { status, data: JSON.parse(text) as Data }
  }
  const get = async <Data>(path: string): Promise<Data> => {
    const { status, data } = await ask<Data>(path)
    expect({ path, status, data }).toMatchObject({ status: 200 })
    return data
  }
  async function untilEnded(id: string): Promise<Job> {
    const find = async () =>
      (await get<JobList>('api/jobs')).jobs.find((job) => job.id === id && job.state !== 'running')
    return vi.waitUntil(find, { timeout: 20_000, interval: 20 })
  }

  it.each([
    ['', 67],
    ['state=done', 37],
    ['state=dead', 21],
    ['state=waiting', 5],
    ['state=retrying', 4],
    ['state=active', 0],
    ['provider=stripe', 3],
    ['type=invoice.paid', 1],
    ['type=order.paid&state=dead', 3],
    ['q=msg_dead', 6],
    ['q=ECONNREFUSED', 4],
    ['failure=UpstreamError: no customer … in crm', 6],
    ['since=1h', 67],
    ['until=1h', 0],
    ['order=none', 0],
    ['tenant=none', 0],
  ])('finds and counts the same for "%s"', async (query, expected) => {
    const address = new URLSearchParams(query).toString()
    const { events } = await get<EventList>(`api/events?limit=200&${address}`)
    expect(events).toHaveLength(expected)
    expect(await get<Count>(`api/events/count?${address}`)).toEqual({ count: expected, isExact: true })
  })

  it('shows what happened, and one event whole', async () => {
    expect(await get<Session>('api/session')).toMatchObject({ hasInbox: true, providers: expect.any(Array) })
    expect((await get<Names>('api/names')).providers).toEqual(['github', 'standard-webhooks', 'stripe'])
    const overview = await vi.waitUntil(
      async () => {
        const found = await get<Overview>('api/overview')
        return found.steps.reduce((sum, { stored }) => sum + stored, 0) === 67 ? found : undefined
      },
      { timeout: 20_000, interval: 200 },
    )
    expect(overview).toMatchObject({ waiting: 5, retrying: 4, dead: 21, done: 37, active: 0, hasMinutes: true })
    const { groups } = await get<FailureList>('api/failures')
    expect(groups.slice(0, 2).map(({ failure, dead, retrying }) => [failure, dead, retrying])).toEqual([
      ['UpstreamError: no customer … in crm', 6, 0],
      ['UpstreamError: connect ECONNREFUSED …', 0, 4],
    ])
    const [again] = (await get<EventList>('api/events?q=msg_again')).events
    expect(await get<EventDetail>(`api/event?key=${encodeURIComponent(again!.key)}`)).toMatchObject({
      hasHistory: true,
      duplicates: { count: 2 },
      attemptsMade: [{ number: 1, outcome: 'handled' }],
    })
  })

  it.each(['\u0000', '__proto__', '..', '*', 'meta', 'a'.repeat(1_000)])(
    'has no event with the key %j',
    async (key) => {
      for (const path of ['api/replay', 'api/discard'])
        expect(await ask(path, { key })).toMatchObject({ status: 404, data: { code: 'CONSOLE_EVENT_MISSING' } })
      const { data } = await ask<Job>('api/jobs', { action: 'discard', keys: [key], expected: 1 })
      expect(await untilEnded(data.id)).toMatchObject({ state: 'done', changed: 0 })
    },
  )

  it.each(['q=%00', 'type=%00', 'failure=%00', 'tenant=%F0%9F', "q=' OR 1=1 --", 'since=0', 'since=999999999999999'])(
    'answers the filter %s',
    async (query) => {
      await get(`api/events?${query}`)
      await get(`api/events/count?${query}`)
    },
  )

  it('replays a group, and discards what waits but nothing that retries', async () => {
    const failure = 'UpstreamError: no customer … in crm'
    const replay = await ask<Job>('api/jobs', { action: 'replay', query: { state: 'dead', failure }, expected: 6 })
    expect(await untilEnded(replay.data.id)).toMatchObject({ state: 'done', changed: 6 })
    const discard = await ask<Job>('api/jobs', { action: 'discard', query: { state: 'waiting' }, expected: 11 })
    expect(await untilEnded(discard.data.id)).toMatchObject({ state: 'done', changed: 11 })
    expect(await get<Count>('api/events/count?state=retrying')).toMatchObject({ count: 4 })
    expect(await get<Count>('api/events/count')).toMatchObject({ count: 56 })
  })

  it('says that the store is gone, and goes on when it is back', { timeout: 60_000 }, async () => {
    if (store.proxy === undefined) return
    vi.spyOn(console, 'error').mockImplementation(() => {})
    await store.proxy.cut()
    for (const path of ['api/events', 'api/names', 'api/failures', 'api/event?key=a', 'api/events/count?state=dead'])
      expect(await ask(path)).toMatchObject({ status: 503, data: { code: 'CONSOLE_STORE_FAILED' } })
    const { data } = await ask<Job>('api/jobs', { action: 'replay', keys: ['a'], expected: 1 })
    await store.proxy.restore()
    await vi.waitUntil(async () => (await ask('api/events')).status === 200, { timeout: 30_000, interval: 50 })
    expect(await untilEnded(data.id)).toMatchObject({ state: 'failed', error: expect.stringContaining('INBOX_') })
    vi.restoreAllMocks()
  })
})
