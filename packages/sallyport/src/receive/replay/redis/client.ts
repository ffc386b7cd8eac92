import { allow, type OptionRule } from '../../../options/allow.ts'
import { failGuard } from '../shared/time-limit.ts'
import type { Script } from './scripts.ts'

/** A client of `ioredis`: `new Redis()` or `new Cluster()`. */
export interface IoredisClient {
  readonly status: string
  evalsha(sha: string, numberOfKeys: number, ...keysAndArguments: string[]): Promise<unknown>
  eval(script: string, numberOfKeys: number, ...keysAndArguments: string[]): Promise<unknown>
}

/** A client of `redis` (node-redis): what `createClient`, `createClientPool` or `createCluster` returned. */
export interface NodeRedisClient {
  readonly isOpen: boolean
  readonly isReady?: boolean
  evalSha(sha: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>
}

/** A client of yours, which you close yourself. */
export type RedisClient = IoredisClient | NodeRedisClient

/** Runs a script over one key. */
export type RunScript = (script: Script, key: string, ...values: readonly string[]) => Promise<unknown>

const isIoredis = allow.having('', 'evalsha', 'eval')
const isNodeRedis = allow.having('', 'evalSha', 'eval')

export const clientRule: OptionRule = {
  ...allow.required(allow.either(isIoredis, isNodeRedis)),
  // It may be an address with its password.
  isSecret: true,
  allowed: 'a client of ioredis or redis',
  explain: (value) => {
    if (typeof value === 'string') return 'pass new Redis(url) of ioredis, or createClient({ url }) of redis'
    if (typeof value === 'function') return 'call it'
    return allow.having('', 'then').accepts(value) ? 'await it' : undefined
  },
}

export function createRunScript(client: RedisClient): RunScript {
  const call = toCall(client)
  return async (script, key, ...values) => {
    // A command that waits for a connection would be carried out long after its sender was told to retry.
    checkConnected(client)
    try {
      return await call('sha', script.sha, key, values)
    } catch (error) {
      // This Redis has not seen it yet, or has started again.
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT '))) throw error
      return call('text', script.text, key, values)
    }
  }
}

function toCall(client: RedisClient) {
  return (by: 'sha' | 'text', script: string, key: string, values: readonly string[]): Promise<unknown> => {
    if ('evalSha' in client) {
      const options = { keys: [key], arguments: [...values] }
      return by === 'sha' ? client.evalSha(script, options) : client.eval(script, options)
    }
    return by === 'sha' ? client.evalsha(script, 1, key, ...values) : client.eval(script, 1, key, ...values)
  }
}

const lost = new Set(['reconnecting', 'close', 'end'])

function checkConnected(client: RedisClient): void {
  if ('evalSha' in client) {
    if (!client.isOpen) throw failGuard('the client of Redis is not open; await client.connect() at start')
    if (client.isReady === false) throw failGuard('there is no connection to Redis')
  } else if (lost.has(client.status)) {
    throw failGuard('there is no connection to Redis')
  }
}
