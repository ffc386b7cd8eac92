import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Client } from 'pg'
import { findFreePort } from '../free-port.ts'
import { findUnprivileged, type PostgresServer } from './postgres-server.ts'

/** For how long a client gets a connection of the server. */
export type PoolMode = 'session' | 'transaction' | 'statement'

/** A PgBouncer in front of a PostgreSQL. */
export interface PgBouncer {
  readonly url: string
  /** Kills it and starts it again on the same port. */
  restart(): Promise<void>
  remove(): Promise<void>
}

const patienceMs = 20_000
// Debian puts it where users have no path to.
const program = ['pgbouncer', '/usr/sbin/pgbouncer'].find((name) => spawnSync(name, ['--version']).status === 0)

/** Whether PgBouncer is installed. Prints what is skipped if not. */
export function hasPgBouncer(skipped: string): boolean {
  if (program === undefined) console.warn(`\nSKIPPED, because pgbouncer is not installed: ${skipped}\n`)
  return program !== undefined
}

export async function startPgBouncer(server: PostgresServer, mode: PoolMode, poolSize = 100): Promise<PgBouncer> {
  const user = findUnprivileged()
  const home = mkdtempSync(join(tmpdir(), 'sallyport-pgbouncer-'))
  const port = await findFreePort()
  const url = new URL(server.url)
  url.port = String(port)
  const users = join(home, 'users')
  const settings = join(home, 'pgbouncer.ini')
  writeFileSync(users, `"${url.username}" ""\n`)
  writeFileSync(
    settings,
    `[databases]
* = host=127.0.0.1 port=${server.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = trust
auth_file = ${users}
pool_mode = ${mode}
max_client_conn = 500
default_pool_size = ${poolSize}
server_login_retry = 1
logfile = ${join(home, 'log')}
`,
  )
  if (user.uid !== undefined) for (const path of [home, users, settings]) chownSync(path, user.uid, user.gid!)
  const start = (): ChildProcess => spawn(program!, ['-q', settings], { ...user, cwd: home, stdio: 'ignore' })
  let bouncer = start()

  async function kill(): Promise<void> {
    const ended = new Promise((resolve) => bouncer.once('exit', resolve))
    bouncer.kill('SIGKILL')
    await ended
  }

  // An aborted test leaves none behind.
  const endWithTest = (): boolean => bouncer.kill('SIGKILL')
  process.once('exit', endWithTest)
  await untilAnswering(url.href)
  return {
    url: url.href,
    async restart() {
      await kill()
      bouncer = start()
      await untilAnswering(url.href)
    },
    async remove() {
      process.off('exit', endWithTest)
      await kill()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

async function untilAnswering(url: string): Promise<void> {
  const end = Date.now() + patienceMs
  for (;;) {
    const client = new Client({ connectionString: url })
    try {
      await client.connect()
      return
    } catch (error) {
      if (Date.now() > end) throw error
      await wait(50)
    } finally {
      await client.end().catch(() => {})
    }
  }
}
