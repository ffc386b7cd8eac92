import type { Redis } from 'ioredis'
import { InboxError } from '../inbox-error.ts'

/** Facts of `INFO`, by name. */
async function readInfo(redis: Redis): Promise<ReadonlyMap<string, string>> {
  const lines = (await redis.info()).split('\r\n')
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]))
}

// What a reply of Redis needs in order to mean "on disk, and there to stay".
const needed = {
  appendonly: 'yes',
  appendfsync: 'always',
  // With yes, `always` is suspended whenever a child rewrites the log or saves a snapshot.
  'no-appendfsync-on-rewrite': 'no',
  'maxmemory-policy': 'noeviction',
} as const

/** What is set weaker than an inbox promises, in words; empty if nothing is. */
export async function findWeakSettings(redis: Redis): Promise<string[]> {
  const weak: string[] = []
  for (const [name, value] of Object.entries(needed)) {
    const actual = await readSetting(redis, name)
    if (actual !== value)
      weak.push(actual === undefined ? `${name} cannot be read` : `${name} is ${actual} instead of ${value}`)
  }
  const lastWrite = (await readInfo(redis)).get('aof_last_write_status')
  if (lastWrite !== 'ok' && lastWrite !== undefined) weak.push('the last write of its log failed')
  return weak
}

// Managed services forbid CONFIG. A setting that cannot be read is not promised.
async function readSetting(redis: Redis, name: string): Promise<string | undefined> {
  try {
    const [, value] = (await redis.config('GET', name)) as [string, string] | []
    return value
  } catch (error) {
    if (/^(?:ERR|NOPERM) /.test((error as Error).message)) return undefined
    throw error
  }
}

const oldestRedis = [6, 2]

/** @throws InboxError `INBOX_UNSUPPORTED` */
export async function checkVersion(redis: Redis): Promise<void> {
  const version = (await readInfo(redis)).get('redis_version') ?? '0'
  const parts = version.split('.').map(Number)
  const difference = oldestRedis.map((part, index) => (parts[index] ?? 0) - part).find((step) => step !== 0) ?? 0
  if (difference < 0)
    throw new InboxError('INBOX_UNSUPPORTED', `this Redis is ${version}; ${oldestRedis.join('.')} or newer is needed`)
}

/** Passes while Redis is set up to keep what was promised. */
export interface SettingsGuard {
  /** @throws InboxError `INBOX_SETTINGS_WEAK` */
  pass(): Promise<void>
}

/** Reads the settings again after each reconnection: the name may lead to another server. */
export function createSettingsGuard(redis: Redis): SettingsGuard {
  let verified: Promise<void> | undefined
  redis.on('close', () => {
    verified = undefined
  })

  async function verify(): Promise<void> {
    const weak = await findWeakSettings(redis)
    if (weak.length > 0) throw new InboxError('INBOX_SETTINGS_WEAK', weak.join('; '))
  }

  return {
    pass() {
      verified ??= verify().catch((error: unknown) => {
        verified = undefined
        throw error
      })
      return verified
    },
  }
}

const lookEveryMs = 1_000
const lookEveryBytes = 1024 * 1024

/** Bytes that count towards `maxmemory`, and that limit; 0 without one. */
export async function readMemory(redis: Redis): Promise<{ readonly used: number; readonly most: number }> {
  const info = await readInfo(redis)
  // Buffers of replicas and of the log do not count towards the limit.
  const used = Number(info.get('used_memory') ?? 0) - Number(info.get('mem_not_counted_for_evict') ?? 0)
  return { used, most: Number(info.get('maxmemory') ?? 0) }
}

/** Passes while Redis has room for more. */
export interface MemoryGuard {
  /**
   * @param bytes to be written
   * @throws InboxError `INBOX_FULL`
   */
  pass(bytes: number): Promise<void>
}

/**
 * Stops storing before `maxmemory` is reached. A full Redis even refuses to take a job from its list, so events could never be
 * handled, nor their memory freed.
 *
 * @param fullAt part of `maxmemory`, above 0 and at most 1
 */
export function createMemoryGuard(redis: Redis, fullAt: number): MemoryGuard {
  let isFull = false
  let lookedAt = -Infinity
  let bytesSince = Infinity
  let looking: Promise<void> | undefined

  async function look(): Promise<void> {
    const { used, most } = await readMemory(redis)
    isFull = most > 0 && used >= most * fullAt
    lookedAt = performance.now()
    bytesSince = 0
  }

  function lookOnce(): Promise<void> {
    looking ??= look().finally(() => {
      looking = undefined
    })
    return looking
  }

  return {
    async pass(bytes) {
      bytesSince += bytes
      // Read for each caller while it is full, so that no sender is rejected longer than necessary.
      if (isFull || bytesSince > lookEveryBytes) await lookOnce()
      else if (performance.now() - lookedAt > lookEveryMs) lookOnce().catch(() => {})
      if (isFull) throw new InboxError('INBOX_FULL', `Redis uses over ${fullAt * 100} % of its maxmemory`)
    },
  }
}
