import { createHash, randomBytes } from 'node:crypto'
import { readFile, readlink } from 'node:fs/promises'
import { hostname, networkInterfaces } from 'node:os'
import { isErrno } from '../disk/disk-error.ts'

/**
 * A unique name that says which process made it: `<pid>.<start>.<domain>.<random>`. `start` is the start time of the process
 * in clock ticks (Linux) or 0. `domain` is a hash of everything that makes a process id unique: machine, boot, and namespace
 * of process ids.
 */
export async function createToken(): Promise<string> {
  const start = (await readProcess(process.pid))?.start ?? '0'
  return `${process.pid}.${start}.${await getDomain()}.${randomBytes(16).toString('hex')}`
}

/**
 * Whether the process that made a token still exists. `unknown` for a process of another machine, boot or container, without
 * start times, and for names that are not tokens.
 */
export async function judgeToken(token: string): Promise<'alive' | 'dead' | 'unknown'> {
  const owner = parseToken(token)
  if (owner === undefined || owner.domain !== (await getDomain())) return 'unknown'
  if (!exists(owner.pid)) return 'dead'
  const process = await readProcess(owner.pid)
  if (process === undefined || owner.start === '0') return 'unknown'
  return process.start === owner.start && !process.isOver ? 'alive' : 'dead'
}

export function isToken(text: string): boolean {
  return parseToken(text) !== undefined
}

/** Names the process of a token, for a message. */
export async function describeToken(token: string): Promise<string> {
  const owner = parseToken(token)
  if (owner === undefined) return 'an unknown process'
  return owner.domain === (await getDomain())
    ? `process ${owner.pid}`
    : `process ${owner.pid} of another machine or container`
}

function parseToken(text: string): { pid: number; start: string; domain: string } | undefined {
  const [, pid, start, domain] = /^([1-9]\d{0,9})\.(\d{1,20})\.([0-9a-f]{16})\.[0-9a-f]{32}$/.exec(text) ?? []
  if (pid === undefined || start === undefined || domain === undefined) return undefined
  return { pid: Number(pid), start, domain }
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // EPERM: it exists but belongs to another user.
    return !isErrno(error, 'ESRCH')
  }
}

// A process id is reused; together with its start time it is unique.
async function readProcess(pid: number): Promise<{ start: string; isOver: boolean } | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  // The second field is the program's name in brackets; it may contain spaces and brackets itself.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ')
  const [state, threads, start] = [fields?.[0], fields?.[17], fields?.[19]]
  if (state === undefined || start === undefined || !/^\d+$/.test(start)) return undefined
  // A zombie is over once its last thread is: a thread killed in a system call still finishes it.
  return { start, isOver: state === 'X' || (state === 'Z' && Number(threads) <= 1) }
}

let domain: Promise<string> | undefined

function getDomain(): Promise<string> {
  domain ??= readDomain().then((parts) => createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16))
  return domain
}

async function readDomain(): Promise<unknown[]> {
  if (process.platform !== 'linux') {
    const addresses = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ mac }) => mac))
    return [hostname(), ...new Set(addresses.toSorted())]
  }
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8')
    const processIds = await readlink('/proc/self/ns/pid')
    // Start times count in this namespace's clock; kernels before 5.6 have none.
    const clock = await readlink('/proc/self/ns/time').catch(() => '')
    return [hostname(), boot, processIds, clock]
  } catch {
    // An unknown domain is not shared, so no process is judged by its id.
    return [randomBytes(16).toString('hex')]
  }
}
