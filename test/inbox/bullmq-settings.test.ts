import { randomUUID } from 'node:crypto'
import { inspect } from 'node:util'
import { createBullMqEngine } from 'sallyport/inbox/bullmq'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { newEvent } from '../../packages/contracts/src/engine/test-store.ts'
import { hasRedisServer, startRedisServer, type RedisServer } from '../support/inbox/redis-server.ts'

const isInstalled = hasRedisServer('what the BullMQ engine says of weak settings')

describe('options of the BullMQ engine', () => {
  const connection = 'redis://user:hunter2@127.0.0.1:6379/3'

  it.each([
    { queue: 'a:b' },
    { queue: '' },
    { retentionMs: 0 },
    { deadRetentionMs: -1 },
    { timeoutMs: NaN },
    { lockMs: 0 },
    { fullAt: 0 },
    { fullAt: 1.1 },
    { replicas: -1 },
    { replicas: 0.5 },
    { connection: { keyPrefix: 'mine' } },
  ])('refuses %j', (options) => {
    expect(() => createBullMqEngine({ connection, ...options })).toThrow(
      expect.objectContaining({ code: 'INBOX_OPTION_INVALID' }),
    )
  })

  it('show no password', () => {
    expect(createBullMqEngine({ connection, queue: 'webhooks' }).name).toBe(
      'BullMQ, 127.0.0.1:6379, {sallyport}:webhooks',
    )
    expect(createBullMqEngine({ connection: { host: 'cache', password: 'hunter2' } }).name).toBe(
      'BullMQ, cache:6379, {sallyport}:inbox',
    )
  })

  it('fail with INBOX_UNAVAILABLE without a Redis', async () => {
    const engine = createBullMqEngine({ connection: 'redis://127.0.0.1:1' })
    await expect(engine.start()).rejects.toMatchObject({ code: 'INBOX_UNAVAILABLE' })
    await expect(engine.insert([newEvent(1)])).rejects.toMatchObject({ code: 'INBOX_STOPPED' })
    await engine.stop({ drainMs: 0 })
  })
})

const sharedUrl = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379'

describe.runIf(await hasRedis(sharedUrl))('a Redis that keeps nothing on disk', () => {
  const prefix = `{sallyport-test-${randomUUID()}}`
  afterAll(() => removeKeys(sharedUrl, prefix))

  it('is rejected', async () => {
    const engine = createBullMqEngine({ connection: sharedUrl, prefix })
    await expect(engine.start()).rejects.toMatchObject({
      code: 'INBOX_SETTINGS_WEAK',
      message: expect.stringMatching(/append(?:only|fsync) is \w+ instead of \w+/),
    })
  })

  it('is used, with a notice, for "as configured"', async () => {
    const printed = vi.spyOn(console, 'error').mockImplementation(() => {})
    const engine = createBullMqEngine({ connection: sharedUrl, prefix, durability: 'as configured' })
    expect(engine.promises.durability).toBe('as configured')
    await engine.start()
    expect(printed.mock.calls.flat().join()).toMatch(/does not survive a power cut, as configured: append/)
    printed.mockRestore()
    expect(await engine.insert([newEvent(1), newEvent(1)])).toEqual(['stored', 'duplicate'])
    expect(await engine.discard({})).toBe(1)
    await engine.stop({ drainMs: 0 })
  })
})

describe.runIf(isInstalled)('settings of a Redis', () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await startRedisServer()
  })
  afterAll(() => server?.remove())

  it.each([
    ['appendonly', 'no', 'yes'],
    ['appendfsync', 'everysec', 'always'],
    ['no-appendfsync-on-rewrite', 'yes', 'no'],
    ['maxmemory-policy', 'allkeys-lru', 'noeviction'],
  ])('%s %s is too weak', async (name, weak, strong) => {
    await server.client.config('SET', name, weak)
    const engine = createBullMqEngine({ connection: server.url })
    await expect(engine.start()).rejects.toMatchObject({
      code: 'INBOX_SETTINGS_WEAK',
      message: expect.stringContaining(`${name} is ${weak}`),
    })
    await server.client.config('SET', name, strong)
    await engine.start()
    await engine.stop({ drainMs: 0 })
  })

  it('are not promised when they cannot be read', async () => {
    await server.client.call('ACL', 'SETUSER', 'managed', 'on', '>pass', '~*', '&*', '+@all', '-config')
    const connection = server.url.replace('//', '//managed:pass@')
    await expect(createBullMqEngine({ connection }).start()).rejects.toMatchObject({
      code: 'INBOX_SETTINGS_WEAK',
      message: expect.stringContaining('appendfsync cannot be read'),
    })
    const printed = vi.spyOn(console, 'error').mockImplementation(() => {})
    const engine = createBullMqEngine({ connection, durability: 'as configured' })
    await engine.start()
    printed.mockRestore()
    expect(await engine.insert([newEvent('managed')])).toEqual(['stored'])
    await engine.stop({ drainMs: 0 })
  })

  it('name what is wrong with a connection, and no secret', async () => {
    const connection = server.url.replace('//', '//nobody:hunter2@')
    const error: unknown = await createBullMqEngine({ connection })
      .start()
      .catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'INBOX_UNAVAILABLE', message: expect.stringContaining('WRONGPASS') })
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('hunter2')
  })

  it('are read again after a reconnection', async () => {
    const engine = createBullMqEngine({ connection: server.url, queue: 'again' })
    await engine.start()
    await engine.insert([newEvent(1)])
    await server.client.config('SET', 'appendfsync', 'everysec')
    await server.client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
    await vi.waitFor(
      () => expect(engine.insert([newEvent(2)])).rejects.toMatchObject({ code: 'INBOX_SETTINGS_WEAK' }),
      20_000,
    )
    await server.client.config('SET', 'appendfsync', 'always')
    expect(await engine.insert([newEvent(2)])).toEqual(['stored'])
    await engine.stop({ drainMs: 0 })
  })

  it('reject a store that a newer version wrote', async () => {
    await server.client.set('{sallyport}:newer:sallyport:format', '4')
    const engine = createBullMqEngine({ connection: server.url, queue: 'newer' })
    await expect(engine.start()).rejects.toMatchObject({ code: 'INBOX_SCHEMA_NEWER' })
  })
})

async function hasRedis(url: string): Promise<boolean> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null })
  client.on('error', () => {})
  const isThere = await client.connect().then(
    () => true,
    () => false,
  )
  client.disconnect()
  if (!isThere) console.warn(`\nSKIPPED, because no Redis answers at REDIS_URL: a Redis that keeps nothing on disk\n`)
  return isThere
}

async function removeKeys(url: string, prefix: string): Promise<void> {
  const client = new Redis(url)
  const keys = await client.keys(`${prefix}*`)
  if (keys.length > 0) await client.del(keys)
  client.disconnect()
}
