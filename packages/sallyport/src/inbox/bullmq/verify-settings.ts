import type { Redis } from 'ioredis'
import { InboxError } from '../inbox-error.ts'

/** Facts of `INFO`, by name. */
export async function readInfo(redis: Redis): Promise<ReadonlyMap<string, string>> {
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

/** What is set weaker than an inbox promises, in words; empty when nothing is. */
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

// Managed services forbid CONFIG. What cannot be read is not promised.
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
    throw new InboxError('INBOX_UNSUPPORTED', `Redis ${oldestRedis.join('.')} or newer is needed, this is ${version}`)
}

/** Passes while the connection keeps what was promised. */
export interface SettingsGuard {
  /** @throws InboxError `INBOX_SETTINGS_WEAK` */
  pass(): Promise<void>
}

/** Looks at the settings again after each reconnection: behind the same name there may be another server. */
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
