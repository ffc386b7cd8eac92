import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { chownSync, globSync, mkdtempSync, openSync, closeSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Client } from 'pg'
import { findFreePort } from '../free-port.ts'

/** A PostgreSQL for one test, in its own folder. */
export interface PostgresServer {
  readonly url: string
  readonly port: number
  /** Kills every process of it. */
  kill(): Promise<void>
  /** Starts again on the same folder and port. */
  restart(): Promise<void>
  /** Stops every process where it is, like a machine that hangs. */
  freeze(): void
  thaw(): void
  query(text: string): Promise<void>
  /** Stops it and removes its folder. */
  remove(): Promise<void>
}

const patienceMs = 60_000
const superuser = 'sallyport'
const programs = findPrograms()

/** Whether PostgreSQL can be started here. Prints what is skipped if not. */
export function hasPostgresServer(skipped: string): boolean {
  const isPossible = programs !== undefined && process.platform === 'linux'
  if (!isPossible) console.warn(`\nSKIPPED, because initdb and postgres were not found, or no Linux: ${skipped}\n`)
  return isPossible
}

// Debian keeps them out of the path.
function findPrograms(): string | undefined {
  const inPath = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'initdb'))
  const newestFirst = globSync('/usr/lib/postgresql/*/bin/initdb').toSorted((a, b) => versionOf(b) - versionOf(a))
  const [found] = [...inPath, ...newestFirst].flatMap((path) => globSync(path))
  return found === undefined ? undefined : dirname(found)
}

const versionOf = (path: string): number => Number(/postgresql\/(\d+)/.exec(path)?.[1])

/** As whom PostgreSQL and its tools are started: they do not run as root. */
export function findUnprivileged(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  const [, , uid, gid] = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody')!
  return { uid: Number(uid), gid: Number(gid) }
}

export async function startPostgresServer(settings: readonly string[] = []): Promise<PostgresServer> {
  const user = findUnprivileged()
  const home = mkdtempSync(join(tmpdir(), 'sallyport-postgres-'))
  if (user.uid !== undefined) chownSync(home, user.uid, user.gid!)
  const data = join(home, 'data')
  const setUp = ['-D', data, '-U', superuser, '--auth=trust', '--encoding=UTF8', '--no-locale', '--no-sync']
  execFileSync(join(programs!, 'initdb'), setUp, { ...user, cwd: home, stdio: 'pipe' })
  const port = await findFreePort()
  const url = `postgres://${superuser}@127.0.0.1:${port}/postgres`
  let server: ChildProcess

  function start(): void {
    const own = ['listen_addresses=127.0.0.1', `port=${port}`, 'unix_socket_directories=', ...settings]
    const log = openSync(join(home, 'log'), 'a')
    const values = ['-D', data, ...own.flatMap((setting) => ['-c', setting])]
    server = spawn(join(programs!, 'postgres'), values, { ...user, cwd: home, stdio: ['ignore', log, log] })
    closeSync(log)
  }

  async function query(text: string): Promise<void> {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 20_000 })
    client.on('error', () => {})
    try {
      await client.connect()
      await client.query(text)
    } finally {
      await client.end().catch(() => {})
    }
  }

  async function restart(): Promise<void> {
    const end = Date.now() + patienceMs
    start()
    for (;;) {
      try {
        return await query('SELECT 1')
      } catch (error) {
        if (Date.now() > end) throw new Error(`PostgreSQL did not start:\n${readLog()}`, { cause: error })
        // A process of the last life may still be dying.
        if (isGone(server)) start()
        await wait(50)
      }
    }
  }

  const readLog = (): string => readFileSync(join(home, 'log'), 'utf8').slice(-2_000)

  // Each backend is a group of its own.
  function signalAll(signal: NodeJS.Signals): void {
    if (isGone(server)) return
    for (const pid of [server.pid!, ...findChildren(server.pid!)]) signalProcess(pid, signal)
  }

  async function kill(): Promise<void> {
    if (isGone(server)) return
    const ended = new Promise((resolve) => server.once('exit', resolve))
    signalAll('SIGKILL')
    await ended
  }

  // An aborted test leaves no server behind.
  const endWithTest = (): void => signalAll('SIGKILL')
  process.once('exit', endWithTest)
  await restart()
  return {
    url,
    port,
    query,
    restart,
    kill,
    freeze: () => signalAll('SIGSTOP'),
    thaw: () => signalAll('SIGCONT'),
    async remove() {
      process.off('exit', endWithTest)
      await kill()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

const isGone = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null

function findChildren(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => parentOf(pid) === parent)
}

function parentOf(pid: number): number | undefined {
  try {
    // The name, in parentheses, may hold anything.
    return Number(/^.*\) \S (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'))?.[1])
  } catch {
    return undefined
  }
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
