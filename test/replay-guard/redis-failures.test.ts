import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { Redis } from 'ioredis'
import type { ReplayTerms } from 'sallyport'
import { createRedisReplayGuard, type RedisReplayGuardOptions } from 'sallyport/replay-guard/redis'
import { createClient } from 'redis'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { root } from '../../scripts/run-command.ts'
import { hasRedisServer, startRedisServer, type RedisServer } from '../support/inbox/redis-server.ts'

const newTerms = (): ReplayTerms => ({ claimId: randomUUID(), now: 0, retentionMs: 3_600_000, minimumMs: 600_000 })
const failure = (words: string) => ({ code: 'REPLAY_GUARD_FAILED', message: expect.stringContaining(words) })

describe.runIf(hasRedisServer('a Redis that fails'))('createRedisReplayGuard over a Redis that fails', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-dump-'))
  let server: RedisServer
  beforeAll(async () => {
    server = await startRedisServer(['--dir', folder])
  })
  afterAll(async () => {
    await server.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  function create(options: Partial<RedisReplayGuardOptions> = {}, user = '') {
    const client = new Redis(server.url.replace('//', `//${user}`), { enableReadyCheck: false })
    client.on('error', () => {})
    onTestFinished(() => client.disconnect())
    return createRedisReplayGuard({ client, namespace: `n${randomUUID().slice(0, 8)}`, ...options })
  }

  it('lets nothing pass while Redis cannot save (MISCONF)', async () => {
    const guard = create()
    const own = newTerms()
    expect(await guard.claim('held', own)).toBe('claimed')
    await server.client.config('SET', 'save', '3600 1')
    rmSync(folder, { recursive: true })
    await server.client.bgsave()
    await expect.poll(() => server.client.info('persistence')).toContain('rdb_last_bgsave_status:err')
    await expect(guard.ready()).rejects.toMatchObject(failure('Redis: MISCONF'))
    await expect(guard.claim('new', newTerms())).rejects.toMatchObject(failure('Redis: MISCONF'))
    await expect(guard.commit('held', own)).rejects.toMatchObject(failure('Redis: MISCONF'))
    await expect(guard.release('held', own)).rejects.toMatchObject(failure('Redis: MISCONF'))
    expect(await guard.claim('held', newTerms())).toBe('pending')
    await server.client.config('SET', 'save', '')
    await guard.ready()
    expect(await guard.claim('new', newTerms())).toBe('claimed')
  })

  it('lets nothing pass on a replica (READONLY)', async () => {
    const guard = create()
    await guard.ready()
    await server.client.replicaof('127.0.0.1', '1')
    await expect(guard.claim('new', newTerms())).rejects.toMatchObject(failure('Redis: READONLY'))
    await expect(guard.ready()).rejects.toMatchObject(failure('Redis: READONLY'))
    await expect(create({ eviction: 'as configured' }).ready()).rejects.toMatchObject(failure('Redis: READONLY'))
    await server.client.replicaof('NO', 'ONE')
    expect(await guard.claim('new', newTerms())).toBe('claimed')
  })

  it('leaves nothing behind when it is asked whether it is ready', async () => {
    await server.client.flushdb()
    await create().ready()
    expect(await server.client.dbsize()).toBe(0)
  })

  it('keeps the password out of its errors', async () => {
    const guard = create({}, 'nobody:whsec_password@')
    for (const ask of [() => guard.claim('a', newTerms()), () => guard.ready()]) {
      const error: unknown = await Promise.resolve(ask()).catch((reason: unknown) => reason)
      expect(error).toMatchObject(failure('Redis: WRONGPASS'))
      expect(inspect(error, { depth: 9 })).not.toContain('whsec_password')
    }
  })

  it('says what to do where a user may not see the settings', async () => {
    await server.client.call('ACL', 'SETUSER', 'app', 'on', '>word', '~*', '+@all', '-info')
    const guard = create({}, 'app:word@')
    await expect(guard.ready()).rejects.toMatchObject(
      failure("unknown): set noeviction, or eviction to 'as configured'"),
    )
    await create({ eviction: 'as configured' }, 'app:word@').ready()
  })

  it('needs no more rights than the document names', async () => {
    const document = readFileSync(join(root, 'docs/operations/shared-state.md'), 'utf8')
    const [, rule = ''] = /^ACL SETUSER receiver (.+)$/m.exec(document) ?? []
    await server.client.call('ACL', 'SETUSER', 'receiver', ...rule.replace('a-long-password', 'word').split(' '))
    const client = createClient({ url: server.url.replace('//', '//receiver:word@') })
    await client.connect()
    onTestFinished(() => client.destroy())
    for (const guard of [create({ client }), create({}, 'receiver:word@')]) {
      const [done, held] = [newTerms(), newTerms()]
      await guard.ready()
      await guard.claim('done', done)
      await guard.commit('done', done)
      expect(await guard.claim('done', newTerms())).toBe('duplicate')
      await guard.claim('held', held)
      await guard.release('held', held)
      expect(await guard.claim('held', newTerms())).toBe('claimed')
    }
  })

  it('takes a lease that is no whole number', async () => {
    expect(await create({ leaseMs: 1_500.5 }).claim('a', newTerms())).toBe('claimed')
  })
})

describe('createRedisReplayGuard', () => {
  const ofVersion6 = 'ERR Error running script (call to f_0a9a51): @user_script:4: @user_script: 4: -'

  it.each([
    ['LOADING Redis is loading the dataset in memory', 'REPLAY_GUARD_FAILED', 'Redis: LOADING'],
    ['MASTERDOWN Link with MASTER is down', 'REPLAY_GUARD_FAILED', 'Redis: MASTERDOWN'],
    ['CLUSTERDOWN The cluster is down', 'REPLAY_GUARD_FAILED', 'Redis: CLUSTERDOWN'],
    ['NOREPLICAS Not enough good replicas to write.', 'REPLAY_GUARD_FAILED', 'Redis: NOREPLICAS'],
    ['BUSY Redis is busy running a script.', 'REPLAY_GUARD_FAILED', 'Redis: BUSY'],
    ['NOSCRIPT No matching script. Please use EVAL.', 'REPLAY_GUARD_FAILED', 'Redis: NOSCRIPT'],
    [`${ofVersion6}READONLY You can't write against a read only replica.`, 'REPLAY_GUARD_FAILED', 'Redis: READONLY'],
    [`${ofVersion6}OOM command not allowed when used memory > 'maxmemory'.`, 'REPLAY_GUARD_FULL', 'its maxmemory'],
    ["OOM command not allowed when used memory > 'maxmemory'.", 'REPLAY_GUARD_FULL', 'its maxmemory'],
    ['Command timed out', 'REPLAY_GUARD_FAILED', 'Redis did not answer'],
    ['Connection is closed.', 'REPLAY_GUARD_FAILED', 'no connection to Redis'],
  ])('lets nothing pass on %s', async (message, code, words) => {
    const fail = (): Promise<never> => Promise.reject(new Error(message))
    const client = { status: 'ready', evalsha: fail, eval: fail }
    const guard = createRedisReplayGuard({ client, namespace: 'shop', eviction: 'as configured' })
    const expected = { code, message: expect.stringContaining(words) }
    await expect(guard.ready()).rejects.toMatchObject(expected)
    await expect(guard.claim('a', newTerms())).rejects.toMatchObject(expected)
    await expect(guard.commit('a', newTerms())).rejects.toMatchObject(expected)
  })
})
