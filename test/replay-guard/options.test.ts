import { describe, expect, it } from 'vitest'
import { createPostgresReplayGuard } from 'sallyport/replay-guard/postgres'
import { createRedisReplayGuard } from 'sallyport/replay-guard/redis'
import { createSqliteReplayGuard } from 'sallyport/replay-guard/sqlite'

const redis = (options: object) => () => createRedisReplayGuard(options as never)
const postgres = (options: object) => () => createPostgresReplayGuard(options as never)
const sqlite = (options: object) => () => createSqliteReplayGuard(options as never)
const client = { status: 'ready', evalsha: async () => {}, eval: async () => {} }
const pool = { connect: async () => {}, on: () => {}, removeListener: () => {} }

describe('the options of shared replay guards', () => {
  it.each([
    [redis({ namespace: 'shop' }), 'client is missing; pass a client of ioredis or redis'],
    [redis({ namespace: 'shop', client: 'redis://:password@host' }), 'pass new Redis(url) of ioredis, or createClient'],
    [redis({ namespace: 'shop', client: Promise.resolve() }), 'await it'],
    [redis({ client }), "namespace is missing; pass the name of your application as 'shop'"],
    [redis({ client, namespace: 'a b' }), 'namespace must be the name of your application'],
    [redis({ client, namespace: 'shop', eviction: 'allowed' }), "eviction must be 'refused' or 'as configured'"],
    [redis({ client, namespace: 'shop', leaseMs: 10 }), 'leaseMs must be a number from 1000'],
    [redis({ client, namespace: 'shop', timeoutMs: 0 }), 'timeoutMs must be a number above 0'],
    [postgres({ namespace: 'shop', pool: {} }), 'pool must be a pool of pg'],
    [postgres({ namespace: 'shop', pool, schema: 'Shop; DROP' }), 'schema must be at most 40 lower-case letters'],
    [postgres({ namespace: 'shop', pool, capacity: 0 }), 'capacity must be an integer from 1'],
    [postgres({ pool }), 'namespace is missing'],
    [sqlite({}), 'path is missing; pass the path of a file'],
    [sqlite({ path: ':memory:' }), 'events must outlive the process'],
    [sqlite({ path: 'a.db', lease: 1 }), 'unknown option "lease"'],
  ])('%# are explained', (create, words) => {
    expect(create).toThrow(expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringContaining(words) }))
  })

  it('never show what may be a password', () => {
    expect(redis({ namespace: 'shop', client: 'redis://:password@host' })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('password') }),
    )
  })

  it('show in the name what is shared', () => {
    expect(redis({ client, namespace: 'shop' })().name).toBe('Redis, shop')
    expect(redis({ client, namespace: 'shop', eviction: 'as configured' })().name).toContain('eviction as configured')
    expect(postgres({ pool, namespace: 'shop' })().name).toBe('PostgreSQL, sallyport.replay_guard, shop')
  })
})
