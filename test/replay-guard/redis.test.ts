import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import type { ReplayTerms } from 'sallyport'
import { createRedisReplayGuard, type RedisReplayGuardOptions } from 'sallyport/replay-guard/redis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasRedisServer, startRedisServer, type RedisServer } from '../support/inbox/redis-server.ts'

const newTerms = (): ReplayTerms => ({ claimId: randomUUID(), now: 0, retentionMs: 3_600_000, minimumMs: 600_000 })

// A server of its own: these tests change its settings.
describe.runIf(hasRedisServer('the replay guard in Redis'))('createRedisReplayGuard', () => {
  let server: RedisServer
  let client: Redis
  beforeAll(async () => {
    server = await startRedisServer([])
    client = new Redis(server.url)
    client.on('error', () => {})
  })
  afterAll(async () => {
    client.disconnect()
    await server.remove()
  })
  const create = (options: Partial<RedisReplayGuardOptions> = {}) =>
    createRedisReplayGuard({ client, namespace: `n${randomUUID().slice(0, 8)}`, ...options })

  it('refuses a Redis that deletes keys when it is full', async () => {
    await client.config('SET', 'maxmemory', '100mb', 'maxmemory-policy', 'allkeys-lru')
    const guard = create()
    const words = expect.stringContaining('maxmemory-policy is allkeys-lru')
    const failure = { code: 'REPLAY_GUARD_FAILED', message: words }
    await expect(guard.ready()).rejects.toMatchObject(failure)
    await expect(guard.claim('a', newTerms())).rejects.toMatchObject(failure)
    expect(await create({ eviction: 'as configured' }).claim('a', newTerms())).toBe('claimed')
    await client.config('SET', 'maxmemory', '0')
    expect(await guard.claim('a', newTerms())).toBe('claimed')
    await client.config('SET', 'maxmemory-policy', 'noeviction')
  })

  it('answers REPLAY_GUARD_FULL, and still takes outcomes', async () => {
    const guard = create()
    const [done, held] = [newTerms(), newTerms()]
    await guard.claim('done', done)
    await guard.claim('held', held)
    await client.config('SET', 'maxmemory', '1', 'maxmemory-policy', 'noeviction')
    try {
      await expect(guard.claim('new', newTerms())).rejects.toMatchObject({ code: 'REPLAY_GUARD_FULL', status: 503 })
      await guard.commit('done', done)
      expect(await guard.claim('done', newTerms())).toBe('duplicate')
      await guard.release('held', held)
    } finally {
      await client.config('SET', 'maxmemory', '0')
    }
    expect(await guard.claim('held', newTerms())).toBe('claimed')
  })

  it('works with a Redis that lost its scripts', async () => {
    const guard = create()
    const own = newTerms()
    await guard.claim('a', own)
    await client.script('FLUSH')
    await guard.commit('a', own)
    expect(await guard.claim('a', newTerms())).toBe('duplicate')
  })

  it('lets nothing pass on a value that others wrote', async () => {
    const namespace = `n${randomUUID().slice(0, 8)}`
    const guard = create({ namespace })
    await guard.claim('a', newTerms())
    const [key] = await client.keys(`*${namespace}*`)
    for (const value of ['', 'yes', '1']) {
      await client.set(key!, value)
      await expect(guard.claim('a', newTerms())).rejects.toMatchObject({ code: 'REPLAY_GUARD_FAILED' })
    }
    await client.del(key!)
    await client.lpush(key!, 'x')
    await expect(guard.claim('a', newTerms())).rejects.toMatchObject({ code: 'REPLAY_GUARD_FAILED' })
  })

  it('answers a command that the client sends twice as it did before', async () => {
    const guard = create()
    const own = newTerms()
    expect(await guard.claim('a', own)).toBe('claimed')
    expect(await guard.claim('a', own)).toBe('claimed')
  })

  it('keeps two applications apart, and no name of an event', async () => {
    const [shop, blog] = [create(), create()]
    expect(await shop.claim('customer@example.com', newTerms())).toBe('claimed')
    expect(await blog.claim('customer@example.com', newTerms())).toBe('claimed')
    expect((await client.keys('*')).join(' ')).not.toContain('customer')
  })

  it.each([[null], ['nonsense'], [{}], [7], [0], [undefined]])('lets nothing pass on the answer %j', async (answer) => {
    const odd = { status: 'ready', evalsha: async () => answer, eval: async () => answer }
    const guard = create({ client: odd, eviction: 'as configured' })
    const own = newTerms()
    await expect(guard.claim('a', own)).rejects.toMatchObject({ code: 'REPLAY_GUARD_FAILED' })
    await expect(guard.commit('a', own)).rejects.toMatchObject({ code: 'REPLAY_GUARD_FAILED' })
  })

  it('stops sending while a thousand commands have no answer', async () => {
    let sent = 0
    const silent = {
      status: 'ready',
      evalsha: () => (sent++, new Promise(() => {})),
      eval: () => new Promise(() => {}),
    }
    const guard = create({ client: silent, timeoutMs: 1, eviction: 'as configured' })
    for (let round = 0; round < 12; round++)
      await Promise.allSettled(
        Array.from({ length: 100 }, async (_, index) => guard.claim(`${round} ${index}`, newTerms())),
      )
    // Each claim without an answer is followed by one release.
    expect(sent).toBeLessThanOrEqual(2_000)
    await expect(guard.claim('a', newTerms())).rejects.toMatchObject({ code: 'REPLAY_GUARD_FAILED' })
  })
})
