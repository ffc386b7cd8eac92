import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { findFreePort } from '../free-port.ts'
import type { Power } from './redis-power.ts'

/** Whether `redis-server` is installed. Prints what is skipped if not. */
export function hasRedisServer(skipped: string): boolean {
  const isInstalled = spawnSync('redis-server', ['--version']).status === 0
  if (!isInstalled) console.warn(`\nSKIPPED, because redis-server is not installed: ${skipped}\n`)
  return isInstalled
}

/** A Redis for one test, in its own folder. */
export interface RedisServer {
  readonly url: string
  /** A connection to read and change data; closed with the server. */
  readonly client: Redis
  /** Kills the process. */
  kill(): Promise<void>
  /** Kills the process and loses what was not synced; for a server with `power`. */
  cutPower(): Promise<void>
  /** Starts again on the same folder and port. */
  restart(): Promise<void>
  signal(signal: NodeJS.Signals): void
  /** Bytes in the current part of its log. */
  logSize(): Promise<number>
  copyLog(): Promise<Buffer>
  /** Restores this much of a copy, while the server is down. */
  putLog(copy: Buffer, size: number): Promise<void>
  /** Stops it and removes its folder. */
  remove(): Promise<void>
}

/** Settings that make a reply mean "on disk". */
export const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--maxmemory-policy', 'noeviction']

export async function startRedisServer(settings: readonly string[] = durable, power?: Power): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-redis-'))
  const logs = join(folder, 'appendonlydir')
  const port = await findFreePort()
  const password = settings[settings.indexOf('--requirepass') + 1]
  const client = new Redis(port, '127.0.0.1', {
    ...(settings.includes('--requirepass') && password !== undefined ? { password } : undefined),
    lazyConnect: true,
    maxRetriesPerRequest: null,
    retryStrategy: () => 20,
  })
  client.on('error', () => {})
  let server = start()

  function start(): ChildProcess {
    const own = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '']
    // A separate process group, so that its forks end with it.
    const options = { stdio: 'ignore', detached: true, env: { ...process.env, ...power?.environment } } as const
    return spawn('redis-server', [...own, ...settings], options)
  }

  function signalGroup(signal: NodeJS.Signals): void {
    try {
      process.kill(-server.pid!, signal)
    } catch (error) {
      // It may have died by itself before this process noticed.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (server.exitCode !== null || server.signalCode !== null) return
    const ended = new Promise((resolve) => server.once('exit', resolve))
    signalGroup(signal)
    await ended
  }

  async function findLog(): Promise<string> {
    return join(
      logs,
      (await readdir(logs)).find((name) => name.endsWith('.incr.aof'))!,
    )
  }

  // An aborted test leaves no server behind.
  const endWithTest = (): void => {
    if (server.exitCode === null && server.signalCode === null) signalGroup('SIGKILL')
  }
  process.once('exit', endWithTest)
  await client.ping()
  return {
    url: `redis://127.0.0.1:${port}`,
    client,
    kill: () => end('SIGKILL'),
    async cutPower() {
      await end('SIGKILL')
      power!.cut(logs)
    },
    async restart() {
      server = start()
      await client.ping()
    },
    signal: signalGroup,
    logSize: async () => (await stat(await findLog())).size,
    copyLog: async () => readFile(await findLog()),
    putLog: async (copy, size) => writeFile(await findLog(), copy.subarray(0, size)),
    async remove() {
      client.disconnect()
      process.off('exit', endWithTest)
      await end('SIGKILL')
      await rm(folder, { recursive: true, force: true })
    },
  }
}
