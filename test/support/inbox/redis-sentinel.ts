import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { RedisOptions } from 'ioredis'
import { findFreePort } from '../free-port.ts'
import { openProxy, type Proxy } from './pg-boss-proxy.ts'
import { durable, startRedisServer, type RedisServer } from './redis-server.ts'

/** A master, its replica, and a sentinel that promotes the replica when the master is gone. */
export interface RedisPair {
  readonly master: RedisServer
  readonly replica: RedisServer
  /** What the replica gets from its master goes through here. */
  readonly replication: Proxy
  /** Leads to whichever is the master. */
  readonly connection: RedisOptions
  /** Resolves once the replica takes writes. */
  untilPromoted(): Promise<void>
  /** Starts the former master as a replica of the new one. */
  rejoin(): Promise<void>
  remove(): Promise<void>
}

const name = 'sallyport'
const patienceMs = 30_000

export async function startRedisPair(): Promise<RedisPair> {
  const home = mkdtempSync(join(tmpdir(), 'sallyport-sentinel-'))
  const master = await startRedisServer()
  const replication = await openProxy(master.url)
  const replica = await startRedisServer([...durable, '--replicaof', '127.0.0.1', new URL(replication.url).port])
  await untilInfo(replica, 'master_link_status:up')
  const port = await findFreePort()
  const settings = join(home, 'sentinel.conf')
  writeFileSync(
    settings,
    `port ${port}
bind 127.0.0.1
dir ${home}
sentinel monitor ${name} 127.0.0.1 ${new URL(master.url).port} 1
sentinel down-after-milliseconds ${name} 500
sentinel failover-timeout ${name} 5000
`,
  )
  const sentinel = spawn('redis-server', [settings, '--sentinel'], { stdio: 'ignore' })
  const ended = new Promise((resolve) => sentinel.once('exit', resolve))
  // An aborted test leaves none behind.
  const endWithTest = (): boolean => sentinel.kill('SIGKILL')
  process.once('exit', endWithTest)
  return {
    master,
    replica,
    replication,
    connection: { sentinels: [{ host: '127.0.0.1', port }], name },
    untilPromoted: () => untilInfo(replica, 'role:master'),
    async rejoin() {
      await master.restart()
      await master.client.replicaof('127.0.0.1', Number(new URL(replica.url).port))
    },
    async remove() {
      process.off('exit', endWithTest)
      sentinel.kill('SIGKILL')
      await ended
      await Promise.all([master.remove(), replica.remove(), replication.cut()])
      rmSync(home, { recursive: true, force: true })
    },
  }
}

async function untilInfo({ client }: RedisServer, fact: string): Promise<void> {
  const end = Date.now() + patienceMs
  while (!(await client.info('replication')).includes(fact)) {
    if (Date.now() > end) throw new Error(`never became ${fact}`)
    await wait(50)
  }
}
